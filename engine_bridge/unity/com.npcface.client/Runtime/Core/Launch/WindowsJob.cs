using System;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Npcface
{
    /// <summary>
    /// A Windows job object that ends the process in it when its last handle is closed: also when the game crashes or
    /// is ended from the task manager, because Windows closes the handle then.
    /// </summary>
    internal sealed class WindowsJob : IDisposable
    {
        const int ExtendedLimits = 9;
        const uint KillOnJobClose = 0x2000;

        IntPtr _handle;

        /// <summary>A job with this process in it; null elsewhere than on Windows.</summary>
        public static WindowsJob With(Process process)
        {
            if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
                return null;
            var job = new WindowsJob { _handle = CreateJobObjectW(IntPtr.Zero, null) };
            var limits = new Limits { Basic = { Flags = KillOnJobClose } };
            SetInformationJobObject(job._handle, ExtendedLimits, ref limits, (uint)Marshal.SizeOf<Limits>());
            AssignProcessToJobObject(job._handle, process.Handle);
            return job;
        }

        public void Dispose()
        {
            if (_handle != IntPtr.Zero)
                CloseHandle(_handle);
            _handle = IntPtr.Zero;
        }

        [StructLayout(LayoutKind.Sequential)]
        struct BasicLimits
        {
            public long ProcessTime, JobTime;
            public uint Flags;
            public UIntPtr WorkingSetMin, WorkingSetMax;
            public uint Processes;
            public UIntPtr Affinity;
            public uint Priority, Scheduling;
        }

        [StructLayout(LayoutKind.Sequential)]
        struct Limits
        {
            public BasicLimits Basic;
            public ulong Reads, Writes, Others, ReadBytes, WriteBytes, OtherBytes;
            public UIntPtr ProcessMemory, JobMemory, PeakProcess, PeakJob;
        }

        [DllImport("kernel32", CharSet = CharSet.Unicode)]
        static extern IntPtr CreateJobObjectW(IntPtr security, string name);

        [DllImport("kernel32")]
        static extern bool SetInformationJobObject(IntPtr job, int kind, ref Limits limits, uint bytes);

        [DllImport("kernel32")]
        static extern bool AssignProcessToJobObject(IntPtr job, IntPtr process);

        [DllImport("kernel32")]
        static extern bool CloseHandle(IntPtr handle);
    }
}
