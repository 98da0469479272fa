using System;
using System.Collections.Generic;

namespace Npcface
{
    /// <summary>
    /// Every name a tracker may use, with the rule by which its number enters a face: ARKit's and MediaPipe's
    /// (<c>jawOpen</c>), Live Link Face's (<c>JawOpen</c>, angles in radians), iFacialMocap's (<c>eyeBlink_L</c>), and
    /// the pose by its own names. Names decide, never positions. Change an entry to trim a tracker's gain or sign.
    /// </summary>
    public static class ChannelTable
    {
        const float Degrees = (float)(180.0 / Math.PI);

        static readonly Dictionary<string, ChannelRule> _rules = Make();

        /// <summary>All names.</summary>
        public static IEnumerable<string> Names => _rules.Keys;

        /// <summary>The rule of a name; false for a name nobody knows.</summary>
        public static bool TryFind(string name, out ChannelRule rule) => _rules.TryGetValue(name, out rule);

        /// <summary>Replaces a rule or adds a name. For the whole program; do it before the first frame.</summary>
        public static void Set(string name, ChannelRule rule) => _rules[name] = rule;

        static Dictionary<string, ChannelRule> Make()
        {
            var rules = new Dictionary<string, ChannelRule>(StringComparer.Ordinal);
            for (var i = 0; i < Channels.Weights; i++)
                Weight(rules, Channels.Names[i], new ChannelRule(i, 1f, 0f, 1f));
            for (var i = Channels.Weights; i < Channels.Count; i++)
                rules[Channels.Names[i]] = new ChannelRule(i, 1f, float.NegativeInfinity, float.PositiveInfinity);
            // right-handed angles about ARKit's face axes: x to the subject's left, y up, z out of the face
            Angle(rules, "HeadYaw", "headYaw", 1f);
            Angle(rules, "HeadPitch", "headPitch", -1f);
            Angle(rules, "HeadRoll", "headRoll", -1f);
            foreach (var side in new[] { "Left", "Right" })
            {
                Eye(rules, side + "EyeYaw", "gazeYaw", 0.5f); // half: the mean of two eyes
                Eye(rules, side + "EyePitch", "gazePitch", -0.5f);
                rules[side + "EyeRoll"] = new ChannelRule(-1, 0f, 0f, 0f);
            }
            rules["_neutral"] = new ChannelRule(-1, 0f, 0f, 0f);
            return rules;
        }

        static void Weight(Dictionary<string, ChannelRule> rules, string name, ChannelRule rule)
        {
            rules[name] = rule;
            rules[char.ToUpperInvariant(name[0]) + name.Substring(1)] = rule;
            if (name.EndsWith("Left", StringComparison.Ordinal))
                rules[name.Substring(0, name.Length - 4) + "_L"] = rule;
            if (name.EndsWith("Right", StringComparison.Ordinal))
                rules[name.Substring(0, name.Length - 5) + "_R"] = rule;
        }

        static void Angle(Dictionary<string, ChannelRule> rules, string name, string target, float sign) =>
            rules[name] = new ChannelRule(Channels.Index(target), sign * Degrees, -60f, 60f);

        static void Eye(Dictionary<string, ChannelRule> rules, string name, string target, float gain) =>
            rules[name] = new ChannelRule(Channels.Index(target), gain * Degrees, -45f, 45f, backup: true);
    }
}
