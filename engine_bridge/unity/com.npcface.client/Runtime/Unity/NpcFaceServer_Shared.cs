using UnityEngine;
using UnityEngine.Events;

namespace Npcface
{
    public sealed partial class NpcFaceServer
    {
        #region Settings

        [SerializeField] [Tooltip("Where the daemon listens, if it is not started here")]
        string _address = FaceClient.DefaultAddress;
        [SerializeField] [Tooltip("If the daemon was started with one")]
        string _token = "";
        [SerializeField] [Tooltip("Always: the game starts the daemon and stops it (not with IL2CPP)")]
        LaunchMode _launch = LaunchMode.Never;
        [SerializeField] [Tooltip("Program and first arguments, such as npcface or \"C:\\py\\python.exe\" -m npcface")]
        string _command = "npcface";
        [SerializeField] [Tooltip("Folder of characters; empty: the user's own store")]
        string _characters = "";
        [SerializeField] [Tooltip("Further options of npcface serve, such as --quality warp")]
        string _arguments = "";
        [SerializeField] UnityEvent _onConnected = new UnityEvent();
        [SerializeField] NpcFace.TextEvent _onDisconnected = new NpcFace.TextEvent();
        [SerializeField] NpcFace.TextEvent _onFailed = new NpcFace.TextEvent();

        /// <summary>Where the daemon listens, if it is not started here.</summary>
        public string address { get => _address; set => _address = value; }

        /// <summary>If the daemon was started with one.</summary>
        public string token { get => _token; set => _token = value; }

        /// <summary>When the game starts the daemon itself.</summary>
        public LaunchMode launch { get => _launch; set => _launch = value; }

        /// <summary>Program and first arguments that run npcface.</summary>
        public string command { get => _command; set => _command = value; }

        /// <summary>Folder of characters; empty is the user's own store.</summary>
        public string characters { get => _characters; set => _characters = value; }

        /// <summary>Further options of <c>npcface serve</c>.</summary>
        public string arguments { get => _arguments; set => _arguments = value; }

        /// <summary>The daemon said welcome; again after each restart.</summary>
        public UnityEvent onConnected => _onConnected;

        /// <summary>The connection was lost; it is made anew by itself.</summary>
        public NpcFace.TextEvent onDisconnected => _onDisconnected;

        /// <summary>Something went wrong; the text says what and what to do.</summary>
        public NpcFace.TextEvent onFailed => _onFailed;

        #endregion

        #region One for all

        static NpcFaceServer _shared;

        /// <summary>The scene's server; made if there is none.</summary>
        public static NpcFaceServer Shared
        {
            get
            {
                if (_shared == null)
                    _shared = FindFirstObjectByType<NpcFaceServer>();
                if (_shared == null)
                {
                    var home = new GameObject("npcface server");
                    DontDestroyOnLoad(home);
                    _shared = home.AddComponent<NpcFaceServer>();
                }
                return _shared;
            }
        }

        // Without a domain reload (Enter Play Mode options) statics keep what the last run left in them.
        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        static void ResetStatics() => _shared = null;

        #endregion
    }
}
