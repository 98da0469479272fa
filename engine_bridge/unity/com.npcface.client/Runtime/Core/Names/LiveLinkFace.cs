using System;
using System.Buffers.Binary;

namespace Npcface
{
    /// <summary>
    /// What the phone app Live Link Face sends to UDP port 11111: 61 numbers, at the end of each packet. Their signs
    /// and
    /// units follow ARKit's axes and were not checked against a phone; <see cref="ChannelTable.Set"/> trims them.
    /// </summary>
    public static class LiveLinkFace
    {
        /// <summary>The app's default port.</summary>
        public const int Port = 11111;

        const int Numbers = 61;

        static readonly string[] _names = (
            "EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft "
            + "EyeBlinkRight EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight "
            + "EyeWideRight JawForward JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft "
            + "MouthRight MouthSmileLeft MouthSmileRight MouthFrownLeft MouthFrownRight MouthDimpleLeft "
            + "MouthDimpleRight MouthStretchLeft MouthStretchRight MouthRollLower MouthRollUpper MouthShrugLower "
            + "MouthShrugUpper MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight "
            + "MouthUpperUpLeft MouthUpperUpRight BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft "
            + "BrowOuterUpRight CheekPuff CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut "
            + "HeadYaw HeadPitch HeadRoll LeftEyeYaw LeftEyePitch LeftEyeRoll RightEyeYaw RightEyePitch "
            + "RightEyeRoll").Split(' ');

        /// <summary>A packet into a face. False if no face is in view, or it is no such packet.</summary>
        public static bool TryRead(ReadOnlySpan<byte> packet, ArkitFrame frame)
        {
            var start = packet.Length - 4 * Numbers;
            if (start < 1 || packet[start - 1] != Numbers)
                return false;
            frame.Begin();
            for (var i = 0; i < Numbers; i++)
            {
                var value = BitConverter.Int32BitsToSingle(
                    BinaryPrimitives.ReadInt32BigEndian(packet.Slice(start + 4 * i)));
                if (float.IsNaN(value) || float.IsInfinity(value))
                    return false;
                frame.Set(_names[i], value);
            }
            frame.End();
            return true;
        }
    }
}
