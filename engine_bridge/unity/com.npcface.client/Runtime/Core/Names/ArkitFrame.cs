using System.Collections.Generic;

namespace Npcface
{
    /// <summary>
    /// Turns the named numbers of one tracker frame into a state: <see cref="Begin"/>, <see cref="Set(string,float)"/>
    /// for
    /// each, <see cref="End"/>. An explicit gaze is the whole gaze: what <c>eyeLook…</c> weights of the same frame turn
    /// already is taken off it. Live Link's eye angles repeat its weights and count only where those are missing.
    /// </summary>
    public sealed class ArkitFrame
    {
        const float LookYaw = 30f, LookPitch = 25f; // degrees a full eyeLook weight turns an eye

        static readonly int GazeYaw = Channels.Index("gazeYaw"), GazePitch = Channels.Index("gazePitch");
        static readonly int[] Looks =
        {
            Channels.Index("eyeLookInLeft"), Channels.Index("eyeLookOutLeft"), Channels.Index("eyeLookUpLeft"),
            Channels.Index("eyeLookDownLeft"), Channels.Index("eyeLookInRight"), Channels.Index("eyeLookOutRight"),
            Channels.Index("eyeLookUpRight"), Channels.Index("eyeLookDownRight"),
        };

        readonly bool[] _given = new bool[Channels.Count];
        float _backupYaw, _backupPitch;
        bool _gaze;

        /// <summary>The face being filled.</summary>
        public FaceState State { get; } = new FaceState();

        /// <summary>Starts a frame; everything that is not set is neutral.</summary>
        public void Begin()
        {
            State.Clear();
            System.Array.Clear(_given, 0, _given.Length);
            _backupYaw = _backupPitch = 0f;
            _gaze = false;
        }

        /// <summary>Takes a number by its tracker's name; false for a name nobody knows.</summary>
        public bool Set(string name, float value)
        {
            if (!ChannelTable.TryFind(name, out var rule))
                return false;
            Set(rule, value);
            return true;
        }

        /// <summary>
        /// Takes a number by its rule, for frames whose names never change. Several names may move one channel: what
        /// they give is added.
        /// </summary>
        public void Set(in ChannelRule rule, float value)
        {
            if (rule.Index < 0)
                return;
            var number = rule.Apply(value);
            if (rule.Backup && rule.Index == GazeYaw)
                _backupYaw += number;
            else if (rule.Backup)
                _backupPitch += number;
            else
                Add(rule.Index, number);
            _gaze |= !rule.Backup && (rule.Index == GazeYaw || rule.Index == GazePitch);
        }

        void Add(int channel, float number)
        {
            if (_given[channel]) // else what stands there is the neutral value
                number += State.Values[channel];
            _given[channel] = true;
            State.Values[channel] = channel < Channels.Weights ? System.Math.Min(number, 1f) : number;
        }

        /// <summary>Takes all numbers of a frame and returns how many names nobody knows.</summary>
        public int SetAll(IReadOnlyDictionary<string, float> frame)
        {
            var unknown = 0;
            foreach (var pair in frame)
                unknown += Set(pair.Key, pair.Value) ? 0 : 1;
            return unknown;
        }

        /// <summary>Settles the gaze and returns the finished face.</summary>
        public FaceState End()
        {
            var values = State.Values;
            var looking = false;
            foreach (var look in Looks)
                looking |= values[look] != 0f;
            if (_gaze)
            {
                values[GazeYaw] -=
                    LookYaw * (values[Looks[1]] - values[Looks[0]] + values[Looks[4]] - values[Looks[5]]) / 2f;
                values[GazePitch] -=
                    LookPitch * (values[Looks[2]] - values[Looks[3]] + values[Looks[6]] - values[Looks[7]]) / 2f;
            }
            else if (!looking)
            {
                values[GazeYaw] = _backupYaw;
                values[GazePitch] = _backupPitch;
            }
            return State;
        }
    }
}
