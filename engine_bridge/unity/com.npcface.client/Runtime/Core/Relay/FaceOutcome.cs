namespace Npcface
{
    /// <summary>What became of a packet that was given to a <see cref="FaceDecoder"/>.</summary>
    public enum FaceOutcome
    {
        /// <summary>There is a face; not the newest one, if packets overtook each other.</summary>
        Face,
        /// <summary>It has been here.</summary>
        Duplicate,
        /// <summary>It is too old to know whether it has been here.</summary>
        Late,
        /// <summary>Its key face has not come; the next key frees it. Hold the last face.</summary>
        KeyMissing,
        /// <summary>It is no face packet, or one of another version; nothing has changed.</summary>
        Broken,
    }
}
