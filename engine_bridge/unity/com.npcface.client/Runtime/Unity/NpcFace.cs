using System;
using System.Collections.Generic;
using UnityEngine;

namespace Npcface
{
    /// <summary>
    /// A living face on a mesh or a UI image. Put it on a GameObject, name a character, and call <see cref="Say"/>.
    /// </summary>
    [AddComponentMenu("npcface/NPC Face")]
    [DisallowMultipleComponent]
    public sealed partial class NpcFace : MonoBehaviour
    {
        #region Stream

        const int MostWaiting = 16;

        readonly FaceTexture _texture = new FaceTexture();
        readonly List<Action<FaceStream>> _waiting = new List<Action<FaceStream>>();
        FaceOptions _options = new FaceOptions();
        FaceClient _client;
        FaceStream _stream;

        /// <summary>
        /// The stream behind it, for what this component does not offer; null while there is no connection.
        /// </summary>
        public FaceStream stream => _stream;

        /// <summary>The daemon draws it.</summary>
        public bool isReady => _stream != null && _stream.IsOpen;

        /// <summary>A line is running.</summary>
        public bool isSpeaking => _stream != null && _stream.IsSpeaking;

        void OpenStream(FaceClient client)
        {
            CloseStream();
            _client = client;
            _options = Wanted();
            if (_client == null || string.IsNullOrEmpty(_options.Character))
                return;
            try
            {
                _stream = _client.Open(_options);
            }
            catch (FaceException error)
            {
                Fail(error.Error);
                return;
            }
            _stream.Opened += _ => _onReady.Invoke();
            _stream.Started += StartVoice;
            _stream.Ended += _onSpoke.Invoke;
            _stream.Interrupted += _onSpoke.Invoke;
            _stream.Failed += Fail;
            _stream.LevelChanged += level => levelChanged?.Invoke(level);
            if (_idleAtStart)
                _stream.Idle((uint)Math.Abs(GetInstanceID()));
            foreach (var call in _waiting)
                call(_stream);
            _waiting.Clear();
        }

        void CloseStream()
        {
            _stream?.Close();
            _stream = null;
        }

        /// <summary>Does something with the stream, now or as soon as there is one.</summary>
        void Do(Action<FaceStream> call)
        {
            if (_stream != null)
                call(_stream);
            else if (_waiting.Count < MostWaiting)
                _waiting.Add(call);
        }

        FaceOptions Wanted()
        {
            _wanted.Character = _character;
            _wanted.Size = Mathf.Clamp(_size / 16 * 16, 64, 512);
            _wanted.Fps = _fps;
            _wanted.Alpha = _alpha;
            _wanted.Background = _background;
            _wanted.Red = _backgroundColor.r;
            _wanted.Green = _backgroundColor.g;
            _wanted.Blue = _backgroundColor.b;
            _wanted.Quality = _quality;
            _wanted.Importance = Mathf.Clamp01(_importance);
            _wanted.Format = FaceTexture.Supports(_format) ? _format : FaceFormat.Rgba8;
            _wanted.Partial = _partial;
            _wanted.Watermark = _watermark;
            _wanted.RightsNotice = _rightsNotice;
            _wanted.SizeMin = _sizeMin < 64 ? 0 : Mathf.Clamp(_sizeMin / 16 * 16, 64, 512);
            return _wanted.Equals(_options) ? _options : _wanted.Copy();
        }

        readonly FaceOptions _wanted = new FaceOptions();

        void Fail(FaceError error)
        {
            Debug.LogWarning($"[npcface] {name}: {error}", this);
            _onFailed.Invoke(error.ToString());
        }

        #endregion

        #region Output

        static readonly string[] UsualProperties = { "_BaseMap", "_MainTex" };

        MaterialPropertyBlock _block;

        void ShowFrame()
        {
            if (_stream == null || !_stream.TryTakeFrame(out var frame))
                return;
            if (_texture.Show(frame))
                Attach();
        }

        /// <summary>Gives the texture to the targets; call it after you have changed them.</summary>
        public void Attach()
        {
            if (_texture.Texture == null)
                return;
            if (_targetImage != null)
                _targetImage.texture = _texture.Texture;
            if (_targetRenderer == null)
                return;
            _block ??= new MaterialPropertyBlock();
            _targetRenderer.GetPropertyBlock(_block);
            _block.SetTexture(PropertyName(), _texture.Texture);
            _targetRenderer.SetPropertyBlock(_block);
        }

        string PropertyName()
        {
            if (!string.IsNullOrEmpty(_textureProperty))
                return _textureProperty;
            var material = _targetRenderer.sharedMaterial;
            foreach (var property in UsualProperties)
                if (material != null && material.HasProperty(property))
                    return property;
            return "_MainTex";
        }

        #endregion

        #region MonoBehaviour

        void Reset()
        {
            _targetRenderer = GetComponent<Renderer>();
            _targetImage = GetComponent<UnityEngine.UI.RawImage>();
        }

        void OnDisable()
        {
            CloseStream();
            _client = null;
        }

        void OnDestroy() => _texture.Dispose();

        void Update()
        {
            var client = (_server != null ? _server : NpcFaceServer.Shared).Client;
            if (client != _client || !ReferenceEquals(Wanted(), _options))
                OpenStream(client);
            else if (_stream != null && !_stream.Options.Importance.Equals(_wanted.Importance))
                _stream.SetImportance(_wanted.Importance);
            ShowFrame();
        }

        #endregion
    }
}
