using UnityEngine;

namespace Npcface
{
    public sealed partial class NpcFaceWeights
    {
        /// <summary>Brows, 0..1; Left and Right are the subject's.</summary>
        [Range(0f, 1f)]
        public float browDownLeft, browDownRight, browInnerUp, browOuterUpLeft, browOuterUpRight;

        /// <summary>Cheeks and nose, 0..1; Left and Right are the subject's.</summary>
        [Range(0f, 1f)]
        public float cheekPuff, cheekSquintLeft, cheekSquintRight, noseSneerLeft, noseSneerRight;

        /// <summary>Eyes, 0..1; Left and Right are the subject's.</summary>
        [Range(0f, 1f)]
        public float eyeBlinkLeft, eyeBlinkRight, eyeLookDownLeft, eyeLookDownRight, eyeLookInLeft, eyeLookInRight,
            eyeLookOutLeft, eyeLookOutRight, eyeLookUpLeft, eyeLookUpRight, eyeSquintLeft, eyeSquintRight,
            eyeWideLeft, eyeWideRight;

        /// <summary>Jaw and tongue, 0..1; Left and Right are the subject's.</summary>
        [Range(0f, 1f)]
        public float jawForward, jawLeft, jawOpen, jawRight, tongueOut;

        /// <summary>Mouth, 0..1; Left and Right are the subject's.</summary>
        [Range(0f, 1f)]
        public float mouthClose, mouthDimpleLeft, mouthDimpleRight, mouthFrownLeft, mouthFrownRight, mouthFunnel,
            mouthLeft, mouthLowerDownLeft, mouthLowerDownRight, mouthPressLeft, mouthPressRight, mouthPucker,
            mouthRight, mouthRollLower, mouthRollUpper, mouthShrugLower, mouthShrugUpper, mouthSmileLeft,
            mouthSmileRight, mouthStretchLeft, mouthStretchRight, mouthUpperUpLeft, mouthUpperUpRight;

        /// <summary>
        /// Degrees: yaw + to the subject's left, pitch + up, roll + tilts to the subject's left shoulder.
        /// </summary>
        [Range(-60f, 60f)]
        public float headYaw, headPitch, headRoll;

        /// <summary>Degrees relative to the head, signs as of the head.</summary>
        [Range(-45f, 45f)]
        public float gazeYaw, gazePitch;

        /// <summary>Texture widths, + right and up as a viewer sees it.</summary>
        [Range(-0.5f, 0.5f)]
        public float translationX, translationY;

        /// <summary>1 = as enrolled.</summary>
        [Range(0.5f, 2f)]
        public float scale = 1f;

        /// <summary>Writes all fields into a state, in the order of <see cref="Channels.Names"/>.</summary>
        public void CopyTo(FaceState state)
        {
            var to = state.Values;
            var i = 0;
            to[i++] = browDownLeft; to[i++] = browDownRight; to[i++] = browInnerUp; to[i++] = browOuterUpLeft;
            to[i++] = browOuterUpRight; to[i++] = cheekPuff; to[i++] = cheekSquintLeft; to[i++] = cheekSquintRight;
            to[i++] = eyeBlinkLeft; to[i++] = eyeBlinkRight; to[i++] = eyeLookDownLeft; to[i++] = eyeLookDownRight;
            to[i++] = eyeLookInLeft; to[i++] = eyeLookInRight; to[i++] = eyeLookOutLeft; to[i++] = eyeLookOutRight;
            to[i++] = eyeLookUpLeft; to[i++] = eyeLookUpRight; to[i++] = eyeSquintLeft; to[i++] = eyeSquintRight;
            to[i++] = eyeWideLeft; to[i++] = eyeWideRight; to[i++] = jawForward; to[i++] = jawLeft; to[i++] = jawOpen;
            to[i++] = jawRight; to[i++] = mouthClose; to[i++] = mouthDimpleLeft; to[i++] = mouthDimpleRight;
            to[i++] = mouthFrownLeft; to[i++] = mouthFrownRight; to[i++] = mouthFunnel; to[i++] = mouthLeft;
            to[i++] = mouthLowerDownLeft; to[i++] = mouthLowerDownRight; to[i++] = mouthPressLeft;
            to[i++] = mouthPressRight; to[i++] = mouthPucker; to[i++] = mouthRight; to[i++] = mouthRollLower;
            to[i++] = mouthRollUpper; to[i++] = mouthShrugLower; to[i++] = mouthShrugUpper; to[i++] = mouthSmileLeft;
            to[i++] = mouthSmileRight; to[i++] = mouthStretchLeft; to[i++] = mouthStretchRight;
            to[i++] = mouthUpperUpLeft; to[i++] = mouthUpperUpRight; to[i++] = noseSneerLeft;
            to[i++] = noseSneerRight; to[i++] = tongueOut; to[i++] = headYaw; to[i++] = headPitch; to[i++] = headRoll;
            to[i++] = gazeYaw; to[i++] = gazePitch; to[i++] = translationX; to[i++] = translationY; to[i] = scale;
        }
    }
}
