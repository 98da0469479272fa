using System;
using System.Collections.Generic;
using System.Globalization;

namespace Npcface
{
    /// <summary>
    /// Mouth shapes by viseme name, for lip-sync plug-ins that give weights every frame: Oculus' 15
    /// (<c>sil PP FF TH DD kk CH SS nn RR aa E I O U</c>, also <c>ih oh ou</c>) and uLipSync's <c>A I U E O N -</c>.
    /// Where the times of the sounds are known, <see cref="FaceStream.Say"/> looks better: it knows what comes next.
    /// </summary>
    public static class Visemes
    {
        static readonly Dictionary<string, (int Channel, float Weight)[]> _shapes = Make();

        /// <summary>Every name that is understood.</summary>
        public static IEnumerable<string> Names => _shapes.Keys;

        /// <summary>Oculus' order of its 15 weights.</summary>
        public static IReadOnlyList<string> OculusOrder { get; } =
            "sil PP FF TH DD kk CH SS nn RR aa E I O U".Split(' ');

        /// <summary>Adds a viseme's shape, times a weight of 0..1, to a face; false for a name nobody knows.</summary>
        public static bool Add(FaceState state, string name, float weight)
        {
            if (!_shapes.TryGetValue(name, out var shape))
                return false;
            foreach (var (channel, full) in shape)
                state.Values[channel] = Math.Min(1f, state.Values[channel] + full * weight);
            return true;
        }

        /// <summary>Adds Oculus' 15 weights in their order.</summary>
        /// <exception cref="FaceException">Another number of weights.</exception>
        public static void AddOculus(FaceState state, ReadOnlySpan<float> weights)
        {
            if (weights.Length != OculusOrder.Count)
                throw new FaceException(FaceErrorCode.State, $"{weights.Length} viseme weights came, expected 15.",
                    "Pass OVRLipSync.Frame.Visemes as it is.");
            for (var i = 0; i < weights.Length; i++)
                Add(state, OculusOrder[i], weights[i]);
        }

        static Dictionary<string, (int, float)[]> Make()
        {
            const string lips = "mouthLowerDown*", upper = "mouthUpperUp*";
            var shapes = new Dictionary<string, (int, float)[]>(StringComparer.Ordinal)
            {
                ["sil"] = Shape(""),
                ["PP"] = Shape("jawOpen .06 mouthClose .045 mouthPress* .3 mouthRollLower .12 mouthRollUpper .06"),
                ["FF"] = Shape($"jawOpen .07 mouthRollLower .55 mouthShrugLower .12 mouthStretch* .08 {upper} .22"),
                ["TH"] = Shape($"jawOpen .13 tongueOut .22 {lips} .14 {upper} .08"),
                ["DD"] = Shape($"jawOpen .12 {lips} .12 {upper} .06"),
                ["kk"] = Shape($"jawOpen .16 {lips} .05"),
                ["CH"] = Shape($"jawOpen .1 mouthFunnel .38 mouthPucker .3 {lips} .1 {upper} .05"),
                ["SS"] = Shape($"jawOpen .06 mouthStretch* .16 mouthSmile* .1 {lips} .2 {upper} .08"),
                ["nn"] = Shape($"jawOpen .12 {lips} .1 {upper} .05"),
                ["RR"] = Shape("jawOpen .15 mouthFunnel .22 mouthPucker .36"),
                ["aa"] = Shape($"jawOpen .5 {lips} .14 {upper} .1"),
                ["E"] = Shape($"jawOpen .31 mouthStretch* .18 mouthSmile* .12 {lips} .18 {upper} .12"),
                ["I"] = Shape($"jawOpen .2 mouthStretch* .18 mouthSmile* .12 {lips} .14 {upper} .08"),
                ["O"] = Shape("jawOpen .28 mouthFunnel .44 mouthPucker .4"),
                ["U"] = Shape("jawOpen .11 mouthFunnel .26 mouthPucker .78"),
            };
            foreach (var pair in new[] { "ih I", "oh O", "ou U", "A aa", "N nn", "- sil" })
                shapes[pair.Split(' ')[0]] = shapes[pair.Split(' ')[1]];
            return shapes;
        }

        /// <summary>"name weight name* weight": the star stands for Left and Right.</summary>
        static (int, float)[] Shape(string text)
        {
            var words = text.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries);
            var shape = new List<(int, float)>();
            for (var i = 0; i < words.Length; i += 2)
            {
                var weight = float.Parse(words[i + 1], CultureInfo.InvariantCulture);
                if (!words[i].EndsWith("*", StringComparison.Ordinal))
                    shape.Add((Channels.Index(words[i]), weight));
                else
                    foreach (var side in new[] { "Left", "Right" })
                        shape.Add((Channels.Index(words[i].TrimEnd('*') + side), weight));
            }
            return shape.ToArray();
        }
    }
}
