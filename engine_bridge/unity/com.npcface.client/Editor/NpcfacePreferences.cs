using UnityEditor;
using UnityEngine;

namespace Npcface.Editor
{
    /// <summary>
    /// How this machine's editor finds npcface: <c>Edit > Preferences > npcface</c>. Not part of the project.
    /// </summary>
    internal static class NpcfacePreferences
    {
        const string AddressKey = "npcface.address", CommandKey = "npcface.command", StoreKey = "npcface.characters";

        static readonly GUIContent AddressLabel = new GUIContent("Daemon address",
            "As in the ready line of npcface serve");
        static readonly GUIContent CommandLabel = new GUIContent("Command",
            "Program and first arguments, such as npcface or \"/home/me/venv/bin/python\" -m npcface");
        static readonly GUIContent StoreLabel = new GUIContent("Characters",
            "Folder of characters; empty: the user's own store");

        public static string Address
        {
            get => EditorPrefs.GetString(AddressKey, FaceClient.DefaultAddress);
            private set => EditorPrefs.SetString(AddressKey, value);
        }

        public static string Command
        {
            get => EditorPrefs.GetString(CommandKey, "npcface");
            private set => EditorPrefs.SetString(CommandKey, value);
        }

        public static string Store
        {
            get => EditorPrefs.GetString(StoreKey, "");
            private set => EditorPrefs.SetString(StoreKey, value);
        }

        [SettingsProvider]
        static SettingsProvider Make() => new SettingsProvider("Preferences/npcface", SettingsScope.User)
        {
            guiHandler = _ => Draw(), keywords = new[] { "npcface", "face", "daemon" },
        };

        static void Draw()
        {
            EditorGUI.BeginChangeCheck();
            var address = EditorGUILayout.DelayedTextField(AddressLabel, Address);
            var command = EditorGUILayout.DelayedTextField(CommandLabel, Command);
            var store = EditorGUILayout.DelayedTextField(StoreLabel, Store);
            if (!EditorGUI.EndChangeCheck())
                return;
            Address = address;
            Command = command;
            Store = store;
            EditorConnection.Restart();
        }
    }
}
