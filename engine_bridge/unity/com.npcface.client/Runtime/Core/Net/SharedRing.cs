using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Threading;
using Npcface.Wire;

namespace Npcface.Net
{
    /// <summary>
    /// Shared memory through which a daemon on this machine hands over pixels; PROTOCOL.md holds the layout.
    /// </summary>
    internal sealed class SharedRing : IDisposable
    {
        const int Header = 128; // bytes of the ring's header and of each slot's
        const int Key = 32, Attached = 64; // in the ring's header
        const int Format = 4, Generation = 8, Size = 36, Released = 64; // in a slot's header
        const long MostBytes = 256L * 1024 * 1024;

        readonly object _gate = new object();
        readonly MemoryMappedFile _file;
        readonly MemoryMappedViewStream _bytes;
        readonly MemoryMappedViewAccessor _words;
        readonly int _slots, _slotBytes, _stride;
        bool _disposed;

        SharedRing(MemoryMappedFile file, long bytes)
        {
            _file = file;
            _bytes = file.CreateViewStream(0, bytes);
            _words = file.CreateViewAccessor(0, bytes);
            _slots = _words.ReadInt32(12);
            _slotBytes = _words.ReadInt32(16);
            _stride = _words.ReadInt32(20);
            var magic = new byte[8];
            _words.ReadArray(0, magic, 0, magic.Length);
            if (System.Text.Encoding.ASCII.GetString(magic) != "NPCFRING" || _words.ReadInt32(8) != 1
                || _words.ReadInt32(24) != Header || _words.ReadInt32(28) != Header || _slots < 1 || _slots > 64
                || _slotBytes < 1 || _stride % 64 != 0 || _slotBytes > _stride - Header
                || Header + (long)_slots * _stride > bytes)
                throw new InvalidDataException("no ring of version 1");
        }

        /// <summary>Maps the ring that `opened` names; null if there is none or it cannot be mapped here.</summary>
        public static SharedRing TryOpen(MessageMap offer)
        {
            var bytes = offer.Integer("bytes");
            if (bytes < Header || bytes > MostBytes || !BitConverter.IsLittleEndian)
                return null;
            MemoryMappedFile file = null;
            try
            {
                file = Map(offer.Text("kind"), offer.Text("name"), bytes);
                var ring = new SharedRing(file, bytes);
                ring._words.Write(Attached, ring._words.ReadInt64(Key)); // from now on the daemon uses it
                return ring;
            }
            catch (Exception error) when (!(error is OutOfMemoryException))
            {
                file?.Dispose(); // another machine, another user, a runtime without mappings: pixels come by the socket
                return null;
            }
        }

        /// <summary>Copies the pixels of a slot and gives it back; false if they are not there any more.</summary>
        public bool TryRead(int slot, long generation, FaceFormat format, byte[] pixels)
        {
            lock (_gate)
            {
                if (_disposed || slot < 0 || slot >= _slots || pixels.Length > _slotBytes)
                    return false;
                var at = Header + (long)slot * _stride;
                if (_words.ReadInt64(at + Generation) != generation || _words.ReadInt32(at + Size) != pixels.Length
                    || _words.ReadInt32(at + Format) != (int)format + 1)
                    return false;
                Thread.MemoryBarrier();
                _bytes.Position = at + Header;
                var whole = _bytes.Read(pixels, 0, pixels.Length) == pixels.Length;
                Thread.MemoryBarrier();
                whole &= _words.ReadInt64(at + Generation) == generation; // not written to meanwhile
                _words.Write(at + Released, generation);
                return whole;
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                if (_disposed)
                    return;
                _disposed = true;
                _words.Dispose();
                _bytes.Dispose();
                _file.Dispose();
            }
        }

        // The name comes from the network: nothing but a ring may be opened for writing.
        static MemoryMappedFile Map(string kind, string name, long bytes)
        {
            if (kind == "section" && name.StartsWith("Local\\npcface-shm-", StringComparison.Ordinal))
                return MemoryMappedFile.OpenExisting(name, MemoryMappedFileRights.ReadWrite);
            var folder = Path.GetFileName(Path.GetDirectoryName(name) ?? "");
            if (kind != "file" || !Path.IsPathRooted(name) || !name.EndsWith(".ring", StringComparison.Ordinal)
                || !folder.StartsWith("npcface-shm-", StringComparison.Ordinal))
                throw new InvalidDataException("no name of a ring");
            var sharing = FileShare.ReadWrite | FileShare.Delete;
            var stream = new FileStream(name, FileMode.Open, FileAccess.ReadWrite, sharing);
            try
            {
                if (stream.Length != bytes)
                    throw new InvalidDataException("another length");
                return MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite,
                    HandleInheritability.None, leaveOpen: false);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
    }
}
