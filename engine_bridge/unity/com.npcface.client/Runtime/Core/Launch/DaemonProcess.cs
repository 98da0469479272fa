using System;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Npcface
{
    /// <summary>
    /// <c>npcface serve</c> as a child process, on a free port that its ready line names. On Windows it is in a job
    /// that
    /// ends with this process, however that ends; elsewhere it gets SIGTERM from <see cref="Dispose"/>. Events come
    /// from
    /// other threads. Needs <c>System.Diagnostics.Process</c>, which IL2CPP players do not have: start it from a
    /// launcher.
    /// </summary>
    public sealed class DaemonProcess : IDisposable
    {
        const string ReadyWord = "npcface-ready";

        readonly Process _process;
        readonly WindowsJob _job;
        readonly StringBuilder _lastWords = new StringBuilder();
        volatile bool _stopped;

        DaemonProcess(ProcessStartInfo start, Action<string> ready, Action<FaceError> ended)
        {
            Ready += ready;
            Ended += ended;
            _process = new Process { StartInfo = start, EnableRaisingEvents = true };
            _process.OutputDataReceived += (_, line) => Output(line.Data);
            _process.ErrorDataReceived += (_, line) => Errors(line.Data);
            _process.Exited += (_, __) => Over();
            _process.Start();
            _job = WindowsJob.With(_process);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        /// <summary>It listens; the address for <see cref="FaceClient"/>.</summary>
        public event Action<string> Ready;

        /// <summary>It has ended by itself.</summary>
        public event Action<FaceError> Ended;

        /// <summary>A line of its log.</summary>
        public event Action<string> Logged;

        /// <summary>Where it listens; empty before it is ready.</summary>
        public string Address { get; private set; } = "";

        /// <summary>It has been started and not ended.</summary>
        public bool IsRunning => !_stopped && !_process.HasExited;

        /// <summary>Starts a daemon.</summary>
        /// <param name="command">Program and first arguments, such as <c>npcface</c> or <c>C:\py\python.exe -m
        /// npcface</c>.</param>
        /// <param name="characters">Folder of characters; empty for the user's store.</param>
        /// <param name="arguments">Further options of <c>npcface serve</c>.</param>
        /// <param name="ready">Called with the address when it listens.</param>
        /// <param name="ended">Called when it ends by itself.</param>
        /// <exception cref="FaceException">There is no such program.</exception>
        public static DaemonProcess Start(string command, string characters = "", string arguments = "",
            Action<string> ready = null, Action<FaceError> ended = null)
        {
            var words = "serve --port 0";
            if (!string.IsNullOrEmpty(characters))
                words += $" --characters \"{characters}\"";
            var start = CommandLine.Of(command, $"{words} {arguments}");
            using (var game = Process.GetCurrentProcess()) // the daemon ends when this process does, however it does
                start.Environment["NPCFACE_PARENT_PID"] = game.Id.ToString(CultureInfo.InvariantCulture);
            return CommandLine.Guarded(command, () => new DaemonProcess(start, ready, ended));
        }

        /// <summary>Ends it; waits two seconds at most.</summary>
        public void Dispose()
        {
            if (_stopped)
                return;
            _stopped = true;
            CommandLine.Terminate(_process);
            if (!_process.WaitForExit(2000))
                CommandLine.Kill(_process);
            _job?.Dispose();
            _process.Dispose();
        }

        void Output(string line)
        {
            if (line == null || !line.StartsWith(ReadyWord, StringComparison.Ordinal))
                return;
            var words = line.Split(' ');
            if (words.Length < 2)
                return;
            Address = words[1];
            Ready?.Invoke(Address);
        }

        void Errors(string line)
        {
            if (line == null)
                return;
            lock (_lastWords)
            {
                if (_lastWords.Length > 2000)
                    _lastWords.Clear();
                _lastWords.AppendLine(line);
            }
            Logged?.Invoke(line);
        }

        void Over()
        {
            if (_stopped)
                return;
            string words;
            lock (_lastWords)
                words = _lastWords.ToString().Trim();
            Ended?.Invoke(new FaceError(FaceErrorCode.Launch,
                $"npcface serve ended with exit code {_process.ExitCode}. {words}",
                "Run npcface doctor; exit code 3 means that it could not start."));
        }
    }
}
