using System.Collections.Generic;

namespace Npcface.Wire
{
    /// <summary>A decoded map; absent keys and values of another kind read as the given default.</summary>
    internal sealed class MessageMap : Dictionary<string, object>
    {
        public static MessageMap Decode(System.ReadOnlySpan<byte> header)
        {
            var reader = new MessageReader(header);
            return reader.Any() as MessageMap
                ?? throw new FaceException(FaceErrorCode.Protocol, "A message's header is not a map.",
                    "Is the daemon's version the one this client was made for?");
        }

        public string Text(string key, string otherwise = "") => Get(key) as string ?? otherwise;

        public bool Boolean(string key) => Get(key) is bool value && value;

        public long Integer(string key, long otherwise = 0) => Get(key) is long value ? value : otherwise;

        public double Number(string key, double otherwise = 0.0)
        {
            var value = Get(key);
            return value is double real ? real : value is long whole ? whole : otherwise;
        }

        public MessageMap Map(string key) => Get(key) as MessageMap ?? new MessageMap();

        public string[] Texts(string key)
        {
            var list = List(key);
            var texts = new string[list.Length];
            for (var i = 0; i < list.Length; i++)
                texts[i] = list[i] as string ?? "";
            return texts;
        }

        public IEnumerable<MessageMap> Maps(string key)
        {
            foreach (var item in List(key))
                if (item is MessageMap map)
                    yield return map;
        }

        object[] List(string key) => Get(key) as object[] ?? System.Array.Empty<object>();

        object Get(string key) => TryGetValue(key, out var value) ? value : null;
    }
}
