using System;
using System.Collections.Generic;
using System.Threading;
using UnityEngine;
using UnityEngine.UI;

namespace Npcface.UnityTests
{
    /// <summary>The components run: stub objects, a real daemon. Unity's calls by name come from here.</summary>
    static class Program
    {
        static readonly List<Component> Living = new List<Component>();

        static int Main(string[] arguments)
        {
            var server = Server(arguments);
            var face = Face(out var image, out var renderer);
            var ready = 0;
            face.onReady.AddListener(() => ready++);
            Until(() => face.texture != null && ready > 0, "a first texture");
            Check(face.stream.Options.SizeMin == 64, "the smallest size");
            Check(ReferenceEquals(image.texture, face.texture), "the image has another texture");
            Check(renderer.Block.Textures.ContainsKey("_BaseMap"), "the material's property was not found");
            Speech(face);
            Upright(face);
            Weights(face);
            Reopened(face);
            Blocks(face);
            Messages.Send(face, "OnDisable");
            Messages.Send(face, "OnDestroy");
            Messages.Send(server, "OnDisable");
            Check(server.Client == null, "the client is still there");
            Console.WriteLine("fine");
            return 0;
        }

        static NpcFaceServer Server(string[] arguments)
        {
            var server = NpcFaceServer.Shared;
            Living.Add(server);
            if (arguments.Length == 1)
                server.Connect(arguments[0]);
            else // command, characters
            {
                server.command = arguments[0];
                server.characters = arguments[1];
                server.arguments = "--quality warp --threads 1";
                server.Launch();
            }
            return server;
        }

        static NpcFace Face(out RawImage image, out Renderer renderer)
        {
            var place = new GameObject("ada", typeof(Transform), typeof(RawImage), typeof(Renderer));
            var face = place.AddComponent<NpcFace>();
            Messages.Send(face, "Reset");
            image = face.targetImage;
            renderer = face.targetRenderer;
            renderer.sharedMaterial = new Material { Properties = { "_BaseMap" } };
            face.character = "ada";
            face.size = 64;
            face.quality = FaceQuality.Warp;
            face.sizeMin = 70; // of these, whole steps count
            Living.Add(face);
            return face;
        }

        static void Speech(NpcFace face)
        {
            var (begun, over) = (false, false);
            face.onSpeechStarted.AddListener(() => begun = true);
            face.onSpoke.AddListener(() => over = true);
            var voice = new GameObject("voice").AddComponent<AudioSource>();
            voice.clip = new AudioClip();
            face.SetEmotion("happy");
            face.Say(new[] { new Phoneme("PP", 0f), new Phoneme("aa", 0.1f, 0.3f) }, Alphabet.Oculus, voice);
            Until(() => begun && voice.isPlaying, "the sound begins with the first frame");
            Until(() => over, "the line is over");
            Check(face.SayText("Hello, world!") > 0.5f && face.SayText("?!") == 0f, "lengths of texts");
        }

        static void Upright(NpcFace face)
        {
            var state = new FaceState();
            var frame = face.stream.Render(state);
            var first = new byte[frame.Width * 4];
            Buffer.BlockCopy(frame.Pixels, 0, first, 0, first.Length);
            var sequence = face.stream.Submit(state);
            var received = face.stream.Received;
            Until(() => face.stream.Received > received && face.texture.Applied > 0, "the same state once more");
            Messages.Send(face, "Update");
            var data = face.texture.GetRawTextureData<byte>();
            for (var i = 0; i < first.Length; i++)
                Check(data[(frame.Height - 1) * first.Length + i] == first[i], "the top row is not the last in the texture");
            Check(sequence > FaceStream.FirstSequence, "no sequence");
        }

        static void Weights(NpcFace face)
        {
            var weights = face.gameObject.AddComponent<NpcFaceWeights>();
            weights.jawOpen = 1f;
            var received = face.stream.Received;
            Messages.Send(weights, "LateUpdate");
            Until(() => face.stream.Received > received, "a frame of the weights");
            var visemes = face.gameObject.AddComponent<NpcFaceVisemes>();
            visemes.SetRatios(new Dictionary<string, float> { ["A"] = 0.7f, ["O"] = 0.3f }, 0.8f);
            Messages.Send(visemes, "LateUpdate");
            face.importance = 0.9f;
            Until(() => face.stream.Options.Importance == 0.9f, "the importance");
            Check(visemes.shown["jawOpen"] > 0f, "the visemes do not move the jaw");
            face.DriveArkit(new Dictionary<string, float> { ["JawOpen"] = 0.5f, ["headYaw"] = 5f });
            Messages.Send(weights, "OnDisable");
            Check(face.stream.IsPlaying, "idle life did not come back");
        }

        static void Reopened(NpcFace face)
        {
            face.size = 80;
            Until(() => face.texture.width == 80, "the new size");
            face.character = "No Such Id";
            var failed = "";
            face.onFailed.AddListener(text => failed = text);
            Until(() => failed.Length > 0, "the bad id's error");
            Check(failed.Contains("No Such Id"), failed);
        }

        static void Blocks(NpcFace face)
        {
            face.character = "ada";
            face.format = FaceFormat.Bc1;
            face.partial = true;
            Until(() => face.texture.format == TextureFormat.DXT1, "a texture of blocks");
            Check(face.texture.GetRawTextureData<byte>().Length == 80 * 80 / 2, "bytes of BC1");
            face.format = FaceFormat.Bc3;
            Until(() => face.texture.format == TextureFormat.DXT5, "a texture with alpha");
            var frame = face.stream.Render(new FaceState());
            var turned = new byte[frame.Bytes];
            frame.CopyBottomUp(turned);
            var received = face.stream.Received;
            face.stream.Submit(new FaceState());
            Until(() => face.stream.Received > received, "the same face once more");
            Messages.Send(face, "Update");
            var data = face.texture.GetRawTextureData<byte>();
            for (var i = 0; i < turned.Length; i++)
                Check(data[i] == turned[i], "the texture has other blocks");
            SystemInfo.Blocks = false;
            Until(() => face.texture.format == TextureFormat.RGBA32, "pixels where the GPU takes no blocks");
            Check(face.stream.Options.Partial, "partial was not asked for");
        }

        static void Until(Func<bool> done, string what)
        {
            for (var deadline = DateTime.UtcNow.AddSeconds(40); !done(); Thread.Sleep(2))
            {
                foreach (var component in Living)
                    Messages.Send(component, "Update");
                Check(DateTime.UtcNow < deadline, $"not: {what}");
            }
        }

        static void Check(bool fine, string otherwise)
        {
            if (fine)
                return;
            Console.Error.WriteLine(otherwise);
            Environment.Exit(1);
        }
    }
}
