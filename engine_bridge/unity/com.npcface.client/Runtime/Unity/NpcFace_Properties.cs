using System;
using UnityEngine;
using UnityEngine.Events;
using UnityEngine.UI;

namespace Npcface
{
    public sealed partial class NpcFace
    {
        #region What is shown

        [SerializeField] [Tooltip("Id in the daemon's store; npcface > Preview lists them")]
        string _character = "";
        [SerializeField] [Tooltip("Width and height in pixels, 64 to 512 in steps of 16")] [Range(64, 512)]
        int _size = 256;
        [SerializeField] [Tooltip("Frames a second of speech and idle life")] [Range(1, 120)]
        float _fps = 30f;
        [SerializeField] [Tooltip("Warp is fast, Neural has a network draw it, Auto is the daemon's default")]
        FaceQuality _quality = FaceQuality.Auto;
        [SerializeField] [Tooltip("To the player: 0 far away .. 1 near. Who is drawn less well first under load")]
        [Range(0, 1)]
        float _importance = 0.5f;
        [SerializeField] [Tooltip("Pixels: how small the texture may become under load; 0 = never smaller")]
        [Range(0, 512)]
        int _sizeMin = 0;
        [SerializeField]
        [Tooltip("Bc1 (no alpha) and Bc3 need an eighth and a quarter of the memory; Rgba8 where the GPU lacks them")]
        FaceFormat _format = FaceFormat.Rgba8;
        [SerializeField] [Tooltip("Daemon on another machine: of RGBA only what has changed is sent")]
        bool _partial = false;
        [SerializeField] [Tooltip("Textures carry an invisible mark that npcface detect finds")]
        bool _watermark = false;
        [SerializeField] [Tooltip("A portrait without stated rights says so for some seconds; off: the game does")]
        bool _rightsNotice = true;
        [SerializeField]
        FaceBackground _background = FaceBackground.Portrait;
        [SerializeField] [Tooltip("For the background Color")]
        Color32 _backgroundColor = new Color32(0, 0, 0, 255);
        [SerializeField] [Tooltip("How transparency is stored; Premultiplied needs a shader that expects it")]
        FaceAlpha _alpha = FaceAlpha.Straight;
        [SerializeField] [Tooltip("Blink, breathe and sway from the start")]
        bool _idleAtStart = true;

        /// <summary>Id in the daemon's store; may be changed at any time.</summary>
        public string character { get => _character; set => _character = value; }

        /// <summary>Width and height in pixels, 64 to 512 in steps of 16.</summary>
        public int size { get => _size; set => _size = value; }

        /// <summary>Frames a second of speech and idle life, 1 to 120.</summary>
        public float fps { get => _fps; set => _fps = value; }

        /// <summary>How the face is drawn.</summary>
        public FaceQuality quality { get => _quality; set => _quality = value; }

        /// <summary>To the player, 0 (far away) to 1 (near); set it as often as you like.</summary>
        public float importance { get => _importance; set => _importance = value; }

        /// <summary>Pixels: how small the texture may become under load; below 64 = never smaller.</summary>
        public int sizeMin { get => _sizeMin; set => _sizeMin = value; }

        /// <summary>How the texture is stored; RGBA where the GPU does not take what is asked for.</summary>
        public FaceFormat format { get => _format; set => _format = value; }

        /// <summary>Of RGBA frames by the socket only what has changed is sent; the texture is whole.</summary>
        public bool partial { get => _partial; set => _partial = value; }

        /// <summary>Textures carry an invisible mark that <c>npcface detect</c> finds.</summary>
        public bool watermark { get => _watermark; set => _watermark = value; }

        /// <summary>
        /// A portrait whose rights are not stated says so for some seconds; false: the game tells the player itself.
        /// </summary>
        public bool rightsNotice { get => _rightsNotice; set => _rightsNotice = value; }

        /// <summary>What lies behind the face.</summary>
        public FaceBackground background { get => _background; set => _background = value; }

        /// <summary>sRGB, for <see cref="FaceBackground.Color"/>.</summary>
        public Color32 backgroundColor { get => _backgroundColor; set => _backgroundColor = value; }

        /// <summary>How transparency is stored.</summary>
        public FaceAlpha alpha { get => _alpha; set => _alpha = value; }

        /// <summary>Blink, breathe and sway from the start.</summary>
        public bool idleAtStart { get => _idleAtStart; set => _idleAtStart = value; }

        #endregion

        #region Where it is shown

        [SerializeField] [Tooltip("Empty: the scene's server, or one with default settings")]
        NpcFaceServer _server;
        [SerializeField] [Tooltip("A mesh whose material gets the texture, without a copy of the material")]
        Renderer _targetRenderer;
        [SerializeField] [Tooltip("Texture property of its shader; empty: _BaseMap or _MainTex, whichever there is")]
        string _textureProperty = "";
        [SerializeField] [Tooltip("A UI image that gets the texture")]
        RawImage _targetImage;

        /// <summary>The connection it uses; null is the scene's, or one with default settings.</summary>
        public NpcFaceServer server { get => _server; set => _server = value; }

        /// <summary>A mesh whose material gets the texture, through a MaterialPropertyBlock.</summary>
        public Renderer targetRenderer { get => _targetRenderer; set => _targetRenderer = value; }

        /// <summary>Texture property of its shader; empty is <c>_BaseMap</c> or <c>_MainTex</c>.</summary>
        public string textureProperty { get => _textureProperty; set => _textureProperty = value; }

        /// <summary>A UI image that gets the texture.</summary>
        public RawImage targetImage { get => _targetImage; set => _targetImage = value; }

        /// <summary>The face; null before the first frame.</summary>
        public Texture2D texture => _texture.Texture;

        #endregion

        #region Events

        /// <summary>The daemon draws the face better or less well from now on.</summary>
        public event Action<FaceLevel> levelChanged;

        /// <summary>An event with a text.</summary>
        [Serializable]
        public sealed class TextEvent : UnityEvent<string> { }

        [SerializeField] UnityEvent _onReady = new UnityEvent();
        [SerializeField] UnityEvent _onSpeechStarted = new UnityEvent();
        [SerializeField] UnityEvent _onSpoke = new UnityEvent();
        [SerializeField] TextEvent _onFailed = new TextEvent();

        /// <summary>The daemon draws this face; also after a restart.</summary>
        public UnityEvent onReady => _onReady;

        /// <summary>The first frame of a line is here: start the sound.</summary>
        public UnityEvent onSpeechStarted => _onSpeechStarted;

        /// <summary>The line is over, or was cut off because the daemon went away.</summary>
        public UnityEvent onSpoke => _onSpoke;

        /// <summary>Something went wrong; the text says what and what to do. It is logged as well.</summary>
        public TextEvent onFailed => _onFailed;

        #endregion
    }
}
