using Npcface.Wire;

namespace Npcface.Net
{
    /// <summary>Who a link works for. All calls come from the link's reading thread.</summary>
    internal interface ILinkOwner
    {
        /// <summary>ZMTP is agreed on: say hello now.</summary>
        void Greeted();

        /// <summary>A message's first frame lies ready; all of its frames must be read.</summary>
        void Message(ZmtpInput input);

        /// <summary>The connection is over or could not be made. Returns milliseconds to wait at least.</summary>
        int Lost(FaceError reason);
    }
}
