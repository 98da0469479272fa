using System;
using System.Collections.Generic;

namespace Npcface
{
    /// <summary>
    /// The 60 numbers of a face by name: ARKit's 52 weights (0..1, <c>Left</c> and <c>Right</c> are the subject's),
    /// then
    /// head and gaze in degrees, translation in texture widths, and scale (1 = as enrolled).
    /// </summary>
    public static class Channels
    {
        /// <summary>How many of them are ARKit weights; they come first.</summary>
        public const int Weights = 52;

        static readonly string[] _names =
        {
            "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
            "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft",
            "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight",
            "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight",
            "jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose", "mouthDimpleLeft", "mouthDimpleRight",
            "mouthFrownLeft", "mouthFrownRight", "mouthFunnel", "mouthLeft", "mouthLowerDownLeft",
            "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight",
            "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
            "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
            "noseSneerLeft", "noseSneerRight", "tongueOut", "headYaw", "headPitch", "headRoll", "gazeYaw",
            "gazePitch", "translationX", "translationY", "scale",
        };

        static readonly Dictionary<string, int> _index = MakeIndex();

        /// <summary>All names in the order of <see cref="FaceState.Values"/>.</summary>
        public static IReadOnlyList<string> Names => _names;

        /// <summary>How many there are.</summary>
        public static int Count => _names.Length;

        /// <summary>A channel's place in <see cref="FaceState.Values"/>, −1 for an unknown name.</summary>
        public static int Find(string name) => name != null && _index.TryGetValue(name, out var index) ? index : -1;

        /// <summary>A channel's place in <see cref="FaceState.Values"/>.</summary>
        /// <exception cref="FaceException">No channel has this name.</exception>
        public static int Index(string name)
        {
            var index = Find(name);
            return index >= 0 ? index : throw new FaceException(FaceErrorCode.State,
                $"There is no channel \"{name}\".",
                "Use ARKit's names such as jawOpen, or headYaw, headPitch, headRoll, gazeYaw, gazePitch, "
                + "translationX, translationY, scale.");
        }

        /// <summary>What a channel is when nobody moves it: 1 for scale, 0 for all others.</summary>
        public static float Neutral(int index) => index == _names.Length - 1 ? 1f : 0f;

        static Dictionary<string, int> MakeIndex()
        {
            var index = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < _names.Length; i++)
                index[_names[i]] = i;
            return index;
        }
    }
}
