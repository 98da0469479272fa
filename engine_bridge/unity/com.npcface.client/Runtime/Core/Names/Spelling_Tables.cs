using System.Collections.Generic;

namespace Npcface
{
    public static partial class Spelling
    {
        /// <summary>Longest spellings win; "" is silent.</summary>
        static readonly Dictionary<string, string> _rules = new Dictionary<string, string>
        {
            ["tion"] = "SH AH N", ["sion"] = "ZH AH N", ["ture"] = "CH ER", ["ough"] = "AO", ["augh"] = "AO",
            ["eigh"] = "EY", ["ight"] = "AY T", ["tch"] = "CH", ["dge"] = "JH", ["igh"] = "AY", ["ear"] = "IH R",
            ["air"] = "EH R", ["are"] = "EH R", ["our"] = "AW ER", ["oor"] = "AO R", ["ing"] = "IH NG",
            ["all"] = "AO L", ["alk"] = "AO K", ["qu"] = "K W", ["ch"] = "CH", ["sh"] = "SH", ["th"] = "TH",
            ["ph"] = "F", ["wh"] = "W", ["gh"] = "", ["kn"] = "N", ["wr"] = "R", ["ck"] = "K", ["ng"] = "NG",
            ["ee"] = "IY", ["ea"] = "IY", ["oo"] = "UW", ["ou"] = "AW", ["ow"] = "OW", ["oi"] = "OY", ["oy"] = "OY",
            ["ai"] = "EY", ["ay"] = "EY", ["au"] = "AO", ["aw"] = "AO", ["ie"] = "IY", ["ei"] = "EY", ["ey"] = "IY",
            ["oa"] = "OW", ["ue"] = "UW", ["ew"] = "UW", ["ui"] = "UW", ["ar"] = "AA R", ["er"] = "ER", ["ir"] = "ER",
            ["ur"] = "ER", ["or"] = "AO R", ["ce"] = "S EH", ["ci"] = "S IH", ["cy"] = "S IY", ["ge"] = "JH EH",
            ["gi"] = "JH IH", ["gy"] = "JH IY", ["a"] = "AE", ["b"] = "B", ["c"] = "K", ["d"] = "D", ["e"] = "EH",
            ["f"] = "F", ["g"] = "G", ["h"] = "HH", ["i"] = "IH", ["j"] = "JH", ["k"] = "K", ["l"] = "L", ["m"] = "M",
            ["n"] = "N", ["o"] = "AA", ["p"] = "P", ["q"] = "K", ["r"] = "R", ["s"] = "S", ["t"] = "T", ["u"] = "AH",
            ["v"] = "V", ["w"] = "W", ["x"] = "K S", ["y"] = "IY", ["z"] = "Z",
        };

        /// <summary>Short words whose spelling says little, and digits.</summary>
        static readonly Dictionary<string, string> _words = new Dictionary<string, string>
        {
            ["a"] = "AH", ["the"] = "DH AH", ["of"] = "AH V", ["to"] = "T UW", ["too"] = "T UW", ["two"] = "T UW",
            ["do"] = "D UW", ["i"] = "AY", ["you"] = "Y UW", ["your"] = "Y AO R", ["one"] = "W AH N",
            ["once"] = "W AH N S", ["are"] = "AA R", ["is"] = "IH Z", ["was"] = "W AH Z", ["were"] = "W ER",
            ["have"] = "HH AE V", ["has"] = "HH AE Z", ["said"] = "S EH D", ["what"] = "W AH T", ["who"] = "HH UW",
            ["there"] = "DH EH R", ["they"] = "DH EY", ["this"] = "DH IH S", ["that"] = "DH AE T", ["he"] = "HH IY",
            ["she"] = "SH IY", ["we"] = "W IY", ["me"] = "M IY", ["be"] = "B IY", ["my"] = "M AY", ["by"] = "B AY",
            ["no"] = "N OW", ["go"] = "G OW", ["so"] = "S OW", ["come"] = "K AH M", ["some"] = "S AH M",
            ["here"] = "HH IH R", ["eye"] = "AY", ["eyes"] = "AY Z", ["hello"] = "HH AH L OW",
            ["people"] = "P IY P AH L", ["0"] = "Z IH R OW", ["1"] = "W AH N", ["2"] = "T UW", ["3"] = "TH R IY",
            ["4"] = "F AO R", ["5"] = "F AY V", ["6"] = "S IH K S", ["7"] = "S EH V AH N", ["8"] = "EY T",
            ["9"] = "N AY N",
        };

        static readonly Dictionary<char, string> _names = new Dictionary<char, string>
        {
            ['a'] = "EY", ['e'] = "IY", ['i'] = "AY", ['o'] = "OW", ['u'] = "UW", ['y'] = "AY",
        };

        /// <summary>Seconds of silence.</summary>
        static readonly Dictionary<char, float> _pauses = new Dictionary<char, float>
        {
            [','] = 0.2f, [';'] = 0.28f, [':'] = 0.28f, ['('] = 0.12f, [')'] = 0.12f, ['.'] = 0.42f, ['!'] = 0.42f,
            ['?'] = 0.42f, ['…'] = 0.5f, ['—'] = 0.28f, ['–'] = 0.28f,
        };

        static readonly HashSet<string> _glides = new HashSet<string> { "AW", "AY", "EY", "OW", "OY" };
    }
}
