using System.Collections.Generic;
using Unity.Collections;

namespace UnityEngine
{
    public enum TextureFormat { RGBA32 = 4, DXT1 = 10, DXT5 = 12 }

    public static class SystemInfo
    {
        public static bool Blocks = true;

        public static bool SupportsTextureFormat(TextureFormat format) => format == TextureFormat.RGBA32 || Blocks;
    }

    public enum TextureWrapMode { Repeat, Clamp }

    public enum FilterMode { Point, Bilinear }

    public class Texture : Object
    {
        public virtual int width { get; protected set; }
        public virtual int height { get; protected set; }
        public TextureWrapMode wrapMode { get; set; }
        public FilterMode filterMode { get; set; }
    }

    public sealed class Texture2D : Texture
    {
        readonly byte[] _data;

        public Texture2D(int width, int height, TextureFormat textureFormat, bool mipChain, bool linear)
        {
            this.width = width;
            this.height = height;
            format = textureFormat;
            var bytes = width * height;
            _data = new byte[format == TextureFormat.RGBA32 ? bytes * 4 : format == TextureFormat.DXT1 ? bytes / 2 : bytes];
        }

        public TextureFormat format { get; }

        public int Applied { get; private set; }

        public NativeArray<T> GetRawTextureData<T>() where T : struct => new NativeArray<T>((T[])(object)_data);

        public void Apply(bool updateMipmaps) => Applied++;
    }

    public sealed class Material : Object
    {
        public readonly HashSet<string> Properties = new HashSet<string>();
        public bool HasProperty(string name) => Properties.Contains(name);
    }

    public sealed class MaterialPropertyBlock
    {
        public readonly Dictionary<string, Texture> Textures = new Dictionary<string, Texture>();
        public void SetTexture(string name, Texture value) => Textures[name] = value;
    }

    public class Renderer : Component
    {
        public MaterialPropertyBlock Block;
        public Material sharedMaterial { get; set; }
        public void GetPropertyBlock(MaterialPropertyBlock properties) { }
        public void SetPropertyBlock(MaterialPropertyBlock properties) => Block = properties;
    }

    public struct Color32
    {
        public byte r, g, b, a;

        public Color32(byte r, byte g, byte b, byte a)
        {
            this.r = r;
            this.g = g;
            this.b = b;
            this.a = a;
        }
    }

    public enum ScaleMode { StretchToFill, ScaleAndCrop, ScaleToFit }
}

namespace Unity.Collections
{
    public readonly struct NativeArray<T> where T : struct
    {
        readonly T[] _items;

        internal NativeArray(T[] items) => _items = items;

        public int Length => _items.Length;

        public T this[int index] => _items[index];

        public static void Copy(T[] src, int srcIndex, NativeArray<T> dst, int dstIndex, int length) =>
            System.Array.Copy(src, srcIndex, dst._items, dstIndex, length);
    }
}
