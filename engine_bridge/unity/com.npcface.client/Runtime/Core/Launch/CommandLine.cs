using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

namespace Npcface
{
    /// <summary>Runs <c>npcface</c>'s other verbs, such as enroll and doctor, without blocking.</summary>
    public static class CommandLine
    {
        const int Sigterm = 15;

        /// <summary>Runs a verb and tells its exit code, standard output and error from another thread.</summary>
        /// <param name="command">Program and first arguments, such as <c>npcface</c>.</param>
        /// <param name="arguments">The verb and its options; quote paths.</param>
        /// <param name="done">Called once, from another thread.</param>
        /// <exception cref="FaceException">There is no such program.</exception>
        public static void Run(string command, string arguments, Action<int, string, string> done)
        {
            var process = Guarded(command, () => Process.Start(Of(command, arguments)));
            var errors = new StringBuilder();
            process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
            process.BeginErrorReadLine();
            new Thread(() =>
            {
                var output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                var code = process.ExitCode;
                process.Dispose();
                done(code, output, errors.ToString().Trim());
            }) { IsBackground = true, Name = "npcface command" }.Start();
        }

        internal static ProcessStartInfo Of(string command, string arguments)
        {
            var (program, first) = Split(command);
            return new ProcessStartInfo(program, $"{first} {arguments}".Trim())
            {
                UseShellExecute = false, CreateNoWindow = true, RedirectStandardOutput = true,
                RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
            };
        }

        internal static T Guarded<T>(string command, Func<T> start)
        {
            try
            {
                return start();
            }
            catch (Exception error) when (error is Win32Exception || error is InvalidOperationException
                || error is PlatformNotSupportedException || error is NotSupportedException)
            {
                throw new FaceException(FaceErrorCode.Launch, $"\"{command}\" could not be started ({error.Message}).",
                    "Install npcface (pip install npcface), or give the command's full path, such as "
                    + "\"/home/me/venv/bin/python\" -m npcface.");
            }
        }

        internal static void Terminate(Process process)
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
                Kill(process); // a process without a console cannot be asked
            else if (!process.HasExited)
                kill(process.Id, Sigterm);
        }

        internal static void Kill(Process process)
        {
            try
            {
                process.Kill();
            }
            catch (Exception error) when (error is InvalidOperationException || error is Win32Exception)
            {
                // it has ended already
            }
        }

        /// <summary>The program, which may be in quotes, and what follows it.</summary>
        static (string Program, string Arguments) Split(string command)
        {
            var text = (command ?? "").Trim();
            var quoted = text.StartsWith("\"", StringComparison.Ordinal);
            var end = quoted ? text.IndexOf('"', 1) : text.IndexOf(' ');
            if (end < 0)
                return (text.Trim('"'), "");
            return (text.Substring(quoted ? 1 : 0, quoted ? end - 1 : end), text.Substring(end + 1).Trim());
        }

        [DllImport("libc", EntryPoint = "kill")]
        static extern int kill(int process, int signal);
    }
}
