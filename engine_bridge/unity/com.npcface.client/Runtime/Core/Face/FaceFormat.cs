namespace Npcface
{
    /// <summary>How a texture's pixels are stored.</summary>
    public enum FaceFormat
    {
        /// <summary>4 bytes a pixel: R, G, B, A.</summary>
        Rgba8,
        /// <summary>Blocks of 4 × 4 pixels in 8 bytes (DXT1), an eighth of RGBA; no alpha.</summary>
        Bc1,
        /// <summary>Blocks of 4 × 4 pixels in 16 bytes (DXT5), a quarter of RGBA.</summary>
        Bc3,
    }

    /// <summary>Formats as the wire knows them.</summary>
    internal static class FaceFormats
    {
        /// <summary>Pixels of a block's side.</summary>
        public const int Side = 4;

        /// <summary>The name in messages.</summary>
        public static string Name(this FaceFormat format) =>
            format == FaceFormat.Rgba8 ? "rgba8" : format == FaceFormat.Bc1 ? "bc1" : "bc3";

        /// <summary>Whether a texture may have these sides: above 0, and whole blocks.</summary>
        public static bool Fits(this FaceFormat format, int width, int height) => width > 0 && height > 0
            && (format == FaceFormat.Rgba8 || width % Side == 0 && height % Side == 0);

        /// <summary>Bytes of a row of pixels, or of blocks (four rows of pixels).</summary>
        public static int RowBytes(this FaceFormat format, int width) =>
            format == FaceFormat.Rgba8 ? width * 4 : width / Side * (format == FaceFormat.Bc1 ? 8 : 16);

        /// <summary>Rows of pixels, or of blocks.</summary>
        public static int Rows(this FaceFormat format, int height) =>
            format == FaceFormat.Rgba8 ? height : height / Side;
    }
}
