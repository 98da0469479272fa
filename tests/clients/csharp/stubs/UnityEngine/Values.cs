using System;

namespace UnityEngine
{
    public struct Vector2
    {
        public float x, y;

        public Vector2(float x, float y)
        {
            this.x = x;
            this.y = y;
        }
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height)
        {
            this.x = x;
            this.y = y;
            this.width = width;
            this.height = height;
        }

        public float x { get; }
        public float y { get; }
        public float width { get; }
        public float height { get; }
        public bool Contains(Vector2 point) => false;
    }

    public static class Mathf
    {
        public static float Clamp01(float value) => Math.Min(Math.Max(value, 0f), 1f);
        public static int Clamp(int value, int min, int max) => Math.Min(Math.Max(value, min), max);
        public static float Min(float a, float b) => Math.Min(a, b);
        public static int Max(int a, int b) => Math.Max(a, b);
        public static int Abs(int value) => Math.Abs(value);
        public static float Exp(float power) => (float)Math.Exp(power);
        public static float Lerp(float a, float b, float t) => a + (b - a) * Clamp01(t);
        public static float Repeat(float t, float length) => t - (float)Math.Floor(t / length) * length;
    }

    public static class Random
    {
        public static int Range(int minInclusive, int maxExclusive) => minInclusive;
    }

    public static class Time
    {
        public static float deltaTime => 1f / 60f;
    }

    public static class Application
    {
        public static bool isPlaying => true;
        public static string productName => "stub";
        public static string version => "1";
        public static string unityVersion => "2022.3.0f1";
    }

    public static class Debug
    {
        public static void LogWarning(object message, Object context) => Console.Error.WriteLine(message);
        public static void LogError(object message, Object context) => Console.Error.WriteLine(message);
    }

    public static class JsonUtility
    {
        public static T FromJson<T>(string json) => throw new NotSupportedException();
    }

    public sealed class AudioClip : Object
    {
        public float length { get; set; } = 1f;
    }

    public sealed class AudioSource : Behaviour
    {
        public AudioClip clip { get; set; }
        public float time { get; set; }
        public bool isPlaying { get; private set; }
        public void Play() => isPlaying = true;
        public void Stop() => isPlaying = false;
    }
}
