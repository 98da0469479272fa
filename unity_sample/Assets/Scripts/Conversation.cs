using System.Collections.Generic;
using Npcface;
using UnityEngine;
using UnityEngine.UI;

/// <summary>
/// Two faces, one on a mesh and one on the screen, that talk to each other: the first two characters the daemon has, or
/// twice the same if there is only one.
/// </summary>
public sealed class Conversation : MonoBehaviour
{
    static readonly (string Text, string Emotion)[] Lines =
    {
        ("Hello there. Have you been here long?", "happy"),
        ("Since the daemon was started. A minute, perhaps.", "neutral"),
        ("And how do you like having a face?", "surprised"),
        ("I cannot stop moving it. Look!", "happy"),
    };

    [SerializeField] NpcFace[] _faces = new NpcFace[0];
    [SerializeField] Text _subtitle = null;
    int _next;

    void Start()
    {
        _subtitle.text = "Waiting for a daemon: run \"npcface serve\".";
        NpcFaceServer.Shared.onConnected.AddListener(Begin);
        foreach (var face in _faces)
            face.onSpoke.AddListener(() => Invoke(nameof(Speak), 0.5f));
    }

    void Begin() => NpcFaceServer.Shared.Client.ListCharacters(characters =>
    {
        var usable = new List<string>();
        foreach (var character in characters)
            if (character.Error.Length == 0)
                usable.Add(character.Id);
        _subtitle.text = usable.Count > 0 ? "" : "No characters yet: drop a portrait into npcface > Preview.";
        if (usable.Count == 0 || _faces[0].character.Length > 0)
            return; // after a restart of the daemon the faces go on by themselves
        for (var i = 0; i < _faces.Length; i++)
            _faces[i].character = usable[i % usable.Count];
        Invoke(nameof(Speak), 1f);
    });

    void Speak()
    {
        var (text, emotion) = Lines[_next % Lines.Length];
        var face = _faces[_next++ % _faces.Length];
        _subtitle.text = text;
        face.SetEmotion(emotion, 0.5f);
        face.SayText(text);
    }
}
