using System;
using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace Npcface.Editor
{
    /// <summary>
    /// The editor's own connection, for windows and inspectors. Made when first needed, closed before scripts are
    /// compiled anew and when the editor quits. It can start a daemon, which then ends with it.
    /// </summary>
    [InitializeOnLoad]
    internal static class EditorConnection
    {
        static FaceClient _client;
        static DaemonProcess _daemon;
        static volatile string _readyAddress;
        static volatile FaceError _ended;

        static EditorConnection()
        {
            EditorApplication.update += Poll;
            EditorApplication.quitting += Close;
            AssemblyReloadEvents.beforeAssemblyReload += Close;
        }

        /// <summary>The list, the connection or the message has changed: draw again.</summary>
        public static event Action Changed;

        /// <summary>What went wrong last, for people; empty if nothing did.</summary>
        public static string Message { get; private set; } = "";

        /// <summary>The daemon's characters; empty until it answered.</summary>
        public static IReadOnlyList<CharacterInfo> Characters { get; private set; } = Array.Empty<CharacterInfo>();

        public static bool IsConnected => _client != null && _client.State == ClientState.Connected;

        public static bool IsLaunched => _daemon != null;

        public static FaceClient Client
        {
            get
            {
                if (_client == null)
                    Connect(NpcfacePreferences.Address);
                return _client;
            }
        }

        /// <summary>Asks for the list again.</summary>
        public static void Refresh() => Client?.ListCharacters(list =>
        {
            Characters = list;
            Changed?.Invoke();
        }, Report);

        /// <summary>Starts a daemon that lives as long as the editor does.</summary>
        public static void Launch()
        {
            Close();
            try
            {
                _daemon = DaemonProcess.Start(NpcfacePreferences.Command, NpcfacePreferences.Store, "",
                    address => _readyAddress = address, error => _ended = error);
                Message = "The daemon is starting …";
            }
            catch (FaceException error)
            {
                Report(error.Error);
            }
            Changed?.Invoke();
        }

        /// <summary>Closes everything; the next use begins anew, with changed preferences.</summary>
        public static void Restart()
        {
            Close();
            Message = "";
            Refresh();
        }

        public static void Report(FaceError error)
        {
            Message = error.ToString();
            Changed?.Invoke();
        }

        static void Connect(string address)
        {
            try
            {
                _client = new FaceClient(address, "", $"Unity Editor {Application.unityVersion}");
            }
            catch (FaceException error)
            {
                Report(error.Error);
                return;
            }
            _client.Connected += _ =>
            {
                Message = "";
                Refresh();
            };
            _client.Disconnected += Report;
            _client.Failed += Report;
        }

        static void Poll()
        {
            if (_readyAddress != null)
            {
                _client?.Dispose();
                Connect(_readyAddress);
                _readyAddress = null;
            }
            if (_ended != null)
            {
                Report(_ended);
                _ended = null;
            }
            _client?.Poll();
        }

        static void Close()
        {
            _client?.Dispose();
            _client = null;
            _daemon?.Dispose();
            _daemon = null;
            Characters = Array.Empty<CharacterInfo>();
        }
    }
}
