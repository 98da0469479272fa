namespace Npcface
{
    /// <summary>What a <see cref="FacePlayout"/> showed last.</summary>
    public enum FacePlaying
    {
        /// <summary>No face has come yet.</summary>
        Nothing,
        /// <summary>Faces, evenly.</summary>
        Faces,
        /// <summary>The newest face, a little too long.</summary>
        Holding,
        /// <summary>On the way to neutral, or there: a good moment for idle life.</summary>
        Resting,
    }
}
