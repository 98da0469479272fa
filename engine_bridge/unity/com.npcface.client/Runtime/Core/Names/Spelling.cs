using System;
using System.Collections.Generic;

namespace Npcface
{
    /// <summary>
    /// English letters to sounds, roughly: enough for a mouth that moves with subtitles, no dictionary. The wire
    /// carries
    /// sounds, not text. A voice knows its own sounds and times, and those look much better: give them to
    /// <see cref="FaceStream.Say"/>. The tables are in Spelling_Tables.cs.
    /// </summary>
    public static partial class Spelling
    {
        const float ConsonantSeconds = 0.075f, VowelSeconds = 0.11f, GlideSeconds = 0.16f;
        const float LeadSeconds = 0.15f; // the mouth opens before the first sound
        const int MostPhonemes = 4096;

        /// <summary>ARPAbet sounds with times for a text; empty when there is nothing to say.</summary>
        /// <param name="text">English.</param>
        /// <param name="speed">0.25 to 4; 1 is a natural pace.</param>
        /// <exception cref="FaceException">Speed out of range, or the text is too long for one line.</exception>
        public static List<Phoneme> Read(string text, float speed = 1f)
        {
            if (!(speed >= 0.25f && speed <= 4f))
                throw new FaceException(FaceErrorCode.State, $"Speed is {speed}, expected 0.25 to 4.",
                    "1 is a natural pace.");
            var line = new List<Phoneme>();
            var clock = LeadSeconds;
            var word = "";
            foreach (var letter in text.ToLowerInvariant() + " ")
            {
                if (letter >= 'a' && letter <= 'z')
                    word += letter;
                if (letter >= 'a' && letter <= 'z' || letter == '\'' || letter == '’')
                    continue;
                clock = Say(line, Spell(word), clock, speed);
                word = "";
                if (_words.ContainsKey(letter.ToString()))
                    clock = Say(line, Spell(letter.ToString()), clock, speed);
                else if (line.Count > 0 && _pauses.TryGetValue(letter, out var pause))
                    clock += pause / speed;
            }
            return line.Count <= MostPhonemes ? line : throw new FaceException(FaceErrorCode.Limit,
                $"The text has {line.Count} sounds, at most {MostPhonemes} fit into one line.",
                "Speak it paragraph by paragraph.");
        }

        /// <summary>ARPAbet sounds of one word in lower case.</summary>
        public static List<string> Spell(string word)
        {
            var sounds = new List<string>();
            if (_words.TryGetValue(word, out var known))
            {
                sounds.AddRange(known.Split(' '));
                return sounds;
            }
            for (var at = 0; at < word.Length;)
                at += Spell(word, at, sounds);
            return sounds;
        }

        /// <summary>Adds the sounds of the letters at a place; returns how many letters those were.</summary>
        static int Spell(string word, int at, List<string> sounds)
        {
            var last = at == word.Length - 1;
            if (SaysItsName(word, at))
                sounds.Add(_names[word[at]]);
            else if (word[at] == 'y' && at == 0)
                sounds.Add("Y");
            else if (!(word[at] == 'e' && last && sounds.Count > 1) && !Doubled(word, at))
                return Rule(word, at, sounds);
            return 1;
        }

        static int Rule(string word, int at, List<string> sounds)
        {
            for (var size = Math.Min(4, word.Length - at); size > 0; size--)
            {
                var part = word.Substring(at, size);
                if (!_rules.TryGetValue(part, out var found))
                    continue;
                sounds.AddRange(found.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries));
                if ((part == "ce" || part == "ge") && at + size == word.Length)
                    sounds.RemoveAt(sounds.Count - 1);
                return size;
            }
            return 1;
        }

        static bool Doubled(string word, int at) => at > 0 && word[at] == word[at - 1] && !_names.ContainsKey(word[at]);

        /// <summary>A vowel, one consonant and a last e: "make", "bite".</summary>
        static bool SaysItsName(string word, int at) =>
            at == word.Length - 3 && word[at + 2] == 'e' && _names.ContainsKey(word[at])
            && !_names.ContainsKey(word[at + 1]) && word[at + 1] != 'r' && word[at + 1] != 'x' && word[at + 1] != 'w'
            && !(at > 0 && _names.ContainsKey(word[at - 1]));

        static float Say(List<Phoneme> line, List<string> sounds, float clock, float speed)
        {
            var stressed = false;
            foreach (var sound in sounds)
            {
                var vowel = "AEIOU".IndexOf(sound[0]) >= 0;
                var natural = !vowel ? ConsonantSeconds : _glides.Contains(sound) ? GlideSeconds : VowelSeconds;
                var seconds = natural / speed;
                var stress = vowel && !stressed && sounds.Count > 2;
                stressed |= stress;
                line.Add(new Phoneme(stress ? sound + "1" : sound, clock, clock + seconds));
                clock += seconds;
            }
            return clock;
        }
    }
}
