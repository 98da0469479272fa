using System.Collections.Generic;
using Npcface.Wire;

namespace Npcface
{
    /// <summary>One character in the daemon's store.</summary>
    public sealed class CharacterInfo
    {
        CharacterInfo(MessageMap map)
        {
            Id = map.Text("id");
            Name = map.Text("name");
            Loaded = map.Boolean("loaded");
            Streams = (int)map.Integer("streams");
            Error = map.Text("error");
        }

        /// <summary>What <see cref="FaceOptions.Character"/> takes.</summary>
        public string Id { get; }

        /// <summary>What people shall see.</summary>
        public string Name { get; }

        /// <summary>Already in the daemon's memory.</summary>
        public bool Loaded { get; }

        /// <summary>Open streams that show it, of all clients.</summary>
        public int Streams { get; }

        /// <summary>Why it cannot be used; empty when it can.</summary>
        public string Error { get; }

        internal static IReadOnlyList<CharacterInfo> Read(MessageMap map)
        {
            var list = new List<CharacterInfo>();
            foreach (var item in map.Maps("characters"))
                list.Add(new CharacterInfo(item));
            return list;
        }
    }
}
