using Npcface.Wire;

namespace Npcface
{
    /// <summary>How the daemon draws a pushed stream from its next frame on, by what else it has to do.</summary>
    public sealed class FaceLevel
    {
        internal FaceLevel(MessageMap map)
        {
            Level = (int)map.Integer("level");
            Fps = map.Number("fps");
            Quality = map.Text("quality", "warp");
            Width = (int)map.Integer("width");
            Height = (int)map.Integer("height");
            Reason = map.Text("reason");
        }

        /// <summary>0 = as it was opened; the higher, the more is saved on it.</summary>
        public int Level { get; }

        /// <summary>Frames a second.</summary>
        public double Fps { get; }

        /// <summary><c>warp</c> or <c>neural</c>.</summary>
        public string Quality { get; }

        /// <summary>Pixels.</summary>
        public int Width { get; }

        /// <summary>Pixels.</summary>
        public int Height { get; }

        /// <summary><c>load</c>, <c>room</c> or <c>priority</c>.</summary>
        public string Reason { get; }
    }
}
