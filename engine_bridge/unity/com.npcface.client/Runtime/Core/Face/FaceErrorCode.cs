namespace Npcface
{
    /// <summary>What kind of thing went wrong: the daemon's codes, and three of this client.</summary>
    public enum FaceErrorCode
    {
        /// <summary>A code that this client does not know; read the cause.</summary>
        Unknown,
        /// <summary>The daemon speaks another major version of the protocol.</summary>
        Version,
        /// <summary>The daemon does not know this client, or the token is wrong.</summary>
        Session,
        /// <summary>A malformed message.</summary>
        Protocol,
        /// <summary>A stream that is not open, or open already.</summary>
        Stream,
        /// <summary>A character that is not in the store, or damaged.</summary>
        Character,
        /// <summary>An unknown channel or emotion, a wrong count, or a number that is not finite.</summary>
        State,
        /// <summary>More streams, pixels or bytes than the daemon allows.</summary>
        Limit,
        /// <summary>The daemon lacks an optional package.</summary>
        Dependency,
        /// <summary>A mistake inside the daemon.</summary>
        Internal,
        /// <summary>No answer in time: the daemon may not be running.</summary>
        Timeout,
        /// <summary>The connection was lost before the answer came.</summary>
        Lost,
        /// <summary>The daemon's process could not be started.</summary>
        Launch,
    }
}
