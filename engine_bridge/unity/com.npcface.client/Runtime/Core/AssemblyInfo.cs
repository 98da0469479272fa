using System.Runtime.CompilerServices;

// The wire is not public, but the tests compare its bytes with the golden files.
[assembly: InternalsVisibleTo("Npcface.Tests")]
