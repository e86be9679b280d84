namespace Forage.Tests.Architecture;

/// <summary>One idea per file.</summary>
public class FileSizeTests
{
    private const int MostLines = 400;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void NoFileIsLongerThanAllowed(string folder)
    {
        var files = SourceTree.Files(folder).ToList();
        Assert.NotEmpty(files);
        var tooLong = files.Select(f => (File: f, Lines: SourceTree.Lines(f).Length)).Where(f => f.Lines > MostLines).Select(f => $"{f.File}: {f.Lines} lines").ToList();
        Assert.True(tooLong.Count == 0, $"Split by operation what is longer than {MostLines} lines:\n" + string.Join('\n', tooLong));
    }
}
