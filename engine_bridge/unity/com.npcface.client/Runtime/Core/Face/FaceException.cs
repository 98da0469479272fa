using System;

namespace Npcface
{
    /// <summary>
    /// Thrown where a call cannot go on; everything the daemon refuses later comes as an event instead.
    /// </summary>
    public sealed class FaceException : Exception
    {
        /// <summary>An exception that carries an error.</summary>
        public FaceException(FaceError error) : base(error.ToString()) => Error = error;

        /// <summary>An exception with the parts of an error.</summary>
        public FaceException(FaceErrorCode code, string cause, string remedy)
            : this(new FaceError(code, cause, remedy)) { }

        /// <summary>What went wrong and what to do.</summary>
        public FaceError Error { get; }
    }
}
