using Npcface.Wire;

namespace Npcface
{
    /// <summary>How the daemon is doing.</summary>
    public sealed class DaemonFigures
    {
        internal DaemonFigures(MessageMap map)
        {
            UptimeSeconds = map.Number("uptime_s");
            Clients = (int)map.Integer("clients");
            Streams = (int)map.Integer("streams");
            Frames = map.Integer("frames");
            Fps = map.Number("fps");
            FrameMilliseconds = map.Number("frame_ms_p50");
            RenderMilliseconds = map.Number("render_ms_p50");
            Late = map.Integer("late");
            Superseded = map.Integer("superseded");
            Unsent = map.Integer("unsent");
            Errors = map.Integer("errors");
            Load = map.Number("load");
            LoadWanted = map.Number("load_wanted");
            Lowered = map.Integer("lowered");
        }

        /// <summary>Seconds since it started.</summary>
        public double UptimeSeconds { get; }

        /// <summary>Connected clients.</summary>
        public int Clients { get; }

        /// <summary>Open streams of all clients.</summary>
        public int Streams { get; }

        /// <summary>Frames rendered so far.</summary>
        public long Frames { get; }

        /// <summary>Frames a second over the last three seconds.</summary>
        public double Fps { get; }

        /// <summary>Median milliseconds from due (or received) to sent.</summary>
        public double FrameMilliseconds { get; }

        /// <summary>Median milliseconds of one render call.</summary>
        public double RenderMilliseconds { get; }

        /// <summary>Pushed frames that were left out because their time had passed.</summary>
        public long Late { get; }

        /// <summary>States that were replaced by newer ones before they were rendered.</summary>
        public long Superseded { get; }

        /// <summary>Rendered frames that were replaced by newer ones because a client did not read.</summary>
        public long Unsent { get; }

        /// <summary>Share of the renderer's time that all streams need as drawn now; above 1 = too much.</summary>
        public double Load { get; }

        /// <summary>The same if every stream were drawn as it was opened.</summary>
        public double LoadWanted { get; }

        /// <summary>How often a stream went to a lower level.</summary>
        public long Lowered { get; }

        /// <summary>Messages that were answered with an error.</summary>
        public long Errors { get; }
    }
}
