using System;

namespace Npcface
{
    /// <summary>One sound of a line.</summary>
    [Serializable]
    public struct Phoneme
    {
        /// <summary>IPA, ARPAbet, an Oculus viseme or a Rhubarb shape, up to 16 characters; "" is a pause.</summary>
        public string Symbol;

        /// <summary>Seconds from the start of the line.</summary>
        public float Start;

        /// <summary>Seconds from the start of the line; negative: until the next sound begins.</summary>
        public float End;

        /// <summary>A sound with its times in seconds; without an end it lasts until the next one.</summary>
        public Phoneme(string symbol, float start, float end = -1f)
        {
            Symbol = symbol;
            Start = start;
            End = end;
        }
    }
}
