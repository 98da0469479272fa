namespace Npcface.Relay
{
    /// <summary>The difference of two faces as bits. See PROTOCOL.md 12.</summary>
    internal static class FaceBlock
    {
        const int Order = 3, SideOrder = 1;

        /// <summary>Writes <paramref name="steps"/> less <paramref name="from"/>.</summary>
        public static void Write(BitWriter to, int[] steps, int[] from)
        {
            for (var i = 0; i < FaceSteps.Count; i++)
            {
                var left = steps[i] - from[i];
                if (!FaceSteps.Paired[i])
                {
                    to.Write(left == 0 ? 0u : 1u, 1);
                    if (left != 0)
                        to.Golomb(Fold(left) - 1, Order);
                    continue;
                }
                var right = steps[i + 1] - from[i + 1];
                i++;
                to.Write(left == 0 && right == 0 ? 0u : 1u, 1);
                if (left == 0 && right == 0)
                    continue;
                to.Golomb(Fold(left), Order);
                to.Write(right == left ? 0u : 1u, 1);
                if (right != left)
                    to.Golomb(Fold(right - left) - 1, SideOrder);
            }
        }

        /// <summary>Reads what was written; false if that is no difference of two faces.</summary>
        public static bool Read(ref BitReader of, int[] difference)
        {
            for (var i = 0; i < FaceSteps.Count; i++)
            {
                var paired = FaceSteps.Paired[i];
                difference[i] = 0;
                if (paired)
                    difference[i + 1] = 0;
                if (of.Read(1) == 1)
                {
                    difference[i] = Unfold(paired ? of.Golomb(Order) : of.Golomb(Order) + 1);
                    if (paired)
                        difference[i + 1] = difference[i] + (of.Read(1) == 1 ? Unfold(of.Golomb(SideOrder) + 1) : 0);
                }
                i += paired ? 1 : 0;
            }
            return of.AtEnd && !of.Failed;
        }

        static int Fold(int number) => number > 0 ? 2 * number - 1 : -2 * number;

        static int Unfold(int folded) => (folded & 1) == 1 ? (folded + 1) / 2 : -folded / 2;
    }
}
