namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public delegate void UnityAction<T>(T value);

    public class UnityEvent
    {
        UnityAction _calls;
        public void AddListener(UnityAction call) => _calls += call;
        public void Invoke() => _calls?.Invoke();
    }

    public class UnityEvent<T>
    {
        UnityAction<T> _calls;
        public void AddListener(UnityAction<T> call) => _calls += call;
        public void Invoke(T value) => _calls?.Invoke(value);
    }
}
