namespace Npcface
{
    /// <summary>The convention the symbols of a line follow.</summary>
    public enum Alphabet
    {
        /// <summary>Told from the whole line; name it when lines are short.</summary>
        Auto,
        /// <summary>The International Phonetic Alphabet.</summary>
        Ipa,
        /// <summary>CMUdict's, with or without stress digits.</summary>
        Arpabet,
        /// <summary>sil PP FF TH DD kk CH SS nn RR aa E I O U (also ih oh ou).</summary>
        Oculus,
        /// <summary>A to H and X.</summary>
        Rhubarb,
    }
}
