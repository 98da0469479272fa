using System;

namespace Npcface
{
    /// <summary>How transparency is stored.</summary>
    public enum FaceAlpha
    {
        /// <summary>Colour and alpha apart.</summary>
        Straight,
        /// <summary>Colour already multiplied by alpha.</summary>
        Premultiplied,
    }

    /// <summary>What lies behind the face.</summary>
    public enum FaceBackground
    {
        /// <summary>The portrait's own.</summary>
        Portrait,
        /// <summary>Nothing; alpha says where the person is.</summary>
        Transparent,
        /// <summary>One colour.</summary>
        Color,
    }

    /// <summary>How a face is drawn.</summary>
    public enum FaceQuality
    {
        /// <summary>The daemon's default.</summary>
        Auto,
        /// <summary>The portrait itself is moved and bent: fast.</summary>
        Warp,
        /// <summary>A network draws the face anew: takes longer.</summary>
        Neural,
    }

    /// <summary>What a stream of textures shall be like.</summary>
    [Serializable]
    public sealed class FaceOptions
    {
        /// <summary>Id in the daemon's store: a-z, 0-9, _ and -.</summary>
        public string Character = "";

        /// <summary>Width and height in pixels: 64 to 512 in steps of 16.</summary>
        public int Size = 256;

        /// <summary>
        /// How pixels are stored. Ask for blocks only if the GPU takes them; Bc1 needs a background that is not
        /// transparent.
        /// </summary>
        public FaceFormat Format = FaceFormat.Rgba8;

        /// <summary>
        /// Of RGBA frames that come by the socket only what has changed is sent; here they are whole all the same.
        /// </summary>
        public bool Partial;

        /// <summary>Of frames the daemon pushes (speech, timeline, idle), 1 to 120 a second.</summary>
        public float Fps = 30f;

        /// <summary>How transparency is stored.</summary>
        public FaceAlpha Alpha = FaceAlpha.Straight;

        /// <summary>What lies behind the face.</summary>
        public FaceBackground Background = FaceBackground.Portrait;

        /// <summary>sRGB 0..255, for <see cref="FaceBackground.Color"/>.</summary>
        public byte Red, Green, Blue;

        /// <summary>How the face is drawn.</summary>
        public FaceQuality Quality = FaceQuality.Auto;

        /// <summary>
        /// To the player, 0 (far away) to 1 (near): who is drawn less well first when the daemon has too much to do.
        /// <see cref="FaceStream.SetImportance"/> changes it.
        /// </summary>
        public float Importance = 0.5f;

        /// <summary>Pixels: pushed textures may become this small under load, 64 to Size; 0 = never smaller.</summary>
        public int SizeMin;

        /// <summary>Textures carry an invisible mark that <c>npcface detect</c> finds.</summary>
        public bool Watermark;

        /// <summary>
        /// A portrait whose rights are not stated says so in its texture for some seconds. False: the game tells the
        /// player itself.
        /// </summary>
        public bool RightsNotice = true;

        /// <summary>Options of one character, all others as they are by default.</summary>
        public static FaceOptions Of(string character, int size = 256) =>
            new FaceOptions { Character = character, Size = size };

        /// <summary>A copy of its own.</summary>
        public FaceOptions Copy() => (FaceOptions)MemberwiseClone();

        /// <summary>
        /// Whether both ask for the same; importance aside, which can be changed while the stream is open.
        /// </summary>
        public bool Equals(FaceOptions other) => other != null && Character == other.Character && Size == other.Size
            && Fps.Equals(other.Fps) && Alpha == other.Alpha && Background == other.Background && Red == other.Red
            && Green == other.Green && Blue == other.Blue && Quality == other.Quality
            && SizeMin == other.SizeMin && Format == other.Format && Partial == other.Partial
            && Watermark == other.Watermark && RightsNotice == other.RightsNotice;

        internal void Check()
        {
            if (!IsCharacterId(Character))
                throw new FaceException(FaceErrorCode.Character, $"\"{Character}\" cannot be a character's id.",
                    "Ids have a-z, 0-9, _ and -, start with a letter or digit, and have up to 64 characters.");
            if (Size < 64 || Size > 512 || Size % 16 != 0)
                throw new FaceException(FaceErrorCode.Limit, $"Size is {Size} pixels, not 64 to 512 in steps of 16.",
                    "256 suits a portrait in a dialogue box.");
            if (!(Fps >= 1f && Fps <= 120f))
                throw new FaceException(FaceErrorCode.Limit, $"Fps is {Fps}, expected 1 to 120.", "30 looks natural.");
            CheckImportance(Importance);
            if (Format == FaceFormat.Bc1 && Background == FaceBackground.Transparent)
                throw new FaceException(FaceErrorCode.Stream, "Bc1 stores no alpha.",
                    "Take Bc3, or a background that is not transparent.");
            if (SizeMin != 0 && (SizeMin < 64 || SizeMin > 512 || SizeMin % 16 != 0))
                throw new FaceException(FaceErrorCode.Limit,
                    $"SizeMin is {SizeMin} pixels, not 0 or 64 to 512 in steps of 16.", "0 keeps the size as it is.");
        }

        internal static void CheckImportance(float importance)
        {
            if (!(importance >= 0f && importance <= 1f))
                throw new FaceException(FaceErrorCode.Limit, $"Importance is {importance}, expected 0 to 1.",
                    "0.5 is usual, 1 is near.");
        }

        static bool IsCharacterId(string id)
        {
            if (string.IsNullOrEmpty(id) || id.Length > 64 || id[0] == '_' || id[0] == '-')
                return false;
            foreach (var sign in id)
                if (!(sign >= 'a' && sign <= 'z' || sign >= '0' && sign <= '9' || sign == '_' || sign == '-'))
                    return false;
            return true;
        }
    }
}
