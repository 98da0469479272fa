namespace Npcface
{
    /// <summary>
    /// How a line is spoken; all fields at their default: a whole line, idle life while and after it.
    /// </summary>
    public struct SpeechOptions
    {
        /// <summary>The convention of the symbols.</summary>
        public Alphabet Alphabet;

        /// <summary>These sounds belong to the line that is running; times still count from its start.</summary>
        public bool Continues;

        /// <summary>The line is not complete: more pieces will come.</summary>
        public bool MoreWillCome;

        /// <summary>After the line no more frames are pushed (otherwise: idle life).</summary>
        public bool ThenStop;

        /// <summary>No blinks, breath and sway while speaking.</summary>
        public bool Still;

        /// <summary>Of the idle life; the same seed moves the same way.</summary>
        public uint Seed;
    }
}
