namespace UnityEngine.UI
{
    public class Graphic : Behaviour { }

    public sealed class RawImage : Graphic
    {
        public Texture texture { get; set; }
    }

    public sealed class Text : Graphic
    {
        public string text { get; set; } = "";
    }
}
