// Stand-ins for exactly the part of Unity's API that the package uses; enough of it works to run the components.
using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public class Object
    {
        static int _instances;
        readonly int _instance = ++_instances;
        bool _destroyed;

        public string name { get; set; } = "";
        public HideFlags hideFlags { get; set; }

        public int GetInstanceID() => -_instance;

        public static void Destroy(Object item) => item._destroyed = true;
        public static void DestroyImmediate(Object item) => item._destroyed = true;
        public static void DontDestroyOnLoad(Object item) { }
        public static T FindFirstObjectByType<T>() where T : Object => GameObject.Find<T>();

        public static bool operator ==(Object left, Object right) =>
            ReferenceEquals(left, right) || Gone(left) && Gone(right);

        public static bool operator !=(Object left, Object right) => !(left == right);
        public override bool Equals(object other) => other is Object item && this == item;
        public override int GetHashCode() => _instance;

        static bool Gone(Object item) => item is null || item._destroyed;
    }

    public class Component : Object
    {
        public GameObject gameObject { get; internal set; }
        public Transform transform => gameObject.transform;
        public T GetComponent<T>() where T : Component => gameObject.GetComponent<T>();
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; } = true;
    }

    public class MonoBehaviour : Behaviour
    {
        public void Invoke(string methodName, float time) { }
    }

    public class Transform : Component
    {
        public void SetParent(Transform parent, bool worldPositionStays) { }
    }

    public sealed class RectTransform : Transform { }

    public sealed class GameObject : Object
    {
        static readonly List<Component> All = new List<Component>();
        readonly List<Component> _components = new List<Component>();

        public GameObject(string name, params Type[] components)
        {
            this.name = name;
            foreach (var type in components)
                Add((Component)Activator.CreateInstance(type));
        }

        public Transform transform => GetComponent<Transform>();

        public T AddComponent<T>() where T : Component, new() => (T)Add(new T());

        public T GetComponent<T>() where T : Component => (T)_components.Find(item => item is T);

        internal static T Find<T>() where T : Object => All.Find(item => item is T) as T;

        Component Add(Component component)
        {
            component.gameObject = this;
            component.name = name;
            _components.Add(component);
            All.Add(component);
            Messages.Send(component, "OnEnable");
            return component;
        }
    }

    /// <summary>Calls the methods Unity calls by name.</summary>
    public static class Messages
    {
        public static void Send(Component component, string message)
        {
            const System.Reflection.BindingFlags any = System.Reflection.BindingFlags.Instance
                | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public;
            component.GetType().GetMethod(message, any)?.Invoke(component, null);
        }
    }

    [Flags]
    public enum HideFlags { None = 0, HideAndDontSave = 61 }
}
