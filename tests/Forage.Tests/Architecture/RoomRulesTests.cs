namespace Forage.Tests.Architecture;

/// <summary>Who may know whom, read off the using lines of src/Forage.</summary>
public class RoomRulesTests
{
    /// <summary>Rooms a room may see. The floor is seen by all above it; the rest is what a paper or a job builds on.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        // the floor, bottom up
        ["Persistence"] = [],
        ["Features"] = ["Persistence"],
        ["Oracles"] = ["Features", "Persistence"], // what reductions call is an interface here; the linear learner is one implementation
        ["Linear"] = ["Features", "Persistence", "Oracles"],
        // readers fill batches, logged decisions among them
        ["Data"] = ["Features", "Persistence", "OffPolicy"],
        ["Extreme"] = ["Features", "Persistence", "Linear", "Oracles"], // models over many labels; what learns them from logs is off-policy
        ["OffPolicy"] = ["Features", "Persistence", "Linear", "Oracles", "Extreme"],
        // above the floor
        ["Multiclass"] = ["Features", "Persistence", "Linear", "Oracles"],
        ["Bandits"] = ["Features", "Persistence", "Linear", "Oracles", "OffPolicy"],
        ["Budgets"] = ["Features", "Persistence", "Linear", "Oracles", "OffPolicy", "Bandits"],
        ["Quantiles"] = ["Features", "Persistence", "Linear", "Oracles"],
        ["Markets"] = ["Features", "Persistence", "Linear", "Oracles"],
        ["Search"] = ["Features", "Persistence", "Linear", "Oracles", "Data"], // tasks over sentences read columns
        ["Simulation"] = ["Features", "Persistence", "Linear", "Oracles", "OffPolicy", "Extreme", "Data", "Bandits", "Multiclass", "Budgets"],
        ["Evaluation"] = ["Features", "Persistence", "Linear", "Oracles", "OffPolicy", "Extreme", "Data", "Simulation", "Markets"],
        ["Training"] = ["Features", "Persistence", "Linear", "Oracles", "OffPolicy", "Extreme", "Data", "Evaluation", "Multiclass", "Bandits", "Quantiles"],
        ["Distributed"] = ["Features", "Persistence", "Linear"],
    };

    public static TheoryData<string> Rooms()
    {
        var data = new TheoryData<string>();
        foreach (string dir in Directory.GetDirectories(Path.Combine(SourceTree.Root, "src/Forage")).Order(StringComparer.Ordinal))
            if (Path.GetFileName(dir) is not ("bin" or "obj")) data.Add(Path.GetFileName(dir));
        return data;
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void RoomSeesOnlyWhatItMay(string room)
    {
        Assert.True(Allowed.TryGetValue(room, out string[]? allowed), $"src/Forage/{room} is a room without a rule: say in {nameof(RoomRulesTests)} what it may see.");
        var broken = new List<string>();
        foreach (string file in SourceTree.Files($"src/Forage/{room}"))
            foreach (string used in SourceTree.RoomsUsed(file))
                if (used != room && Allowed.ContainsKey(used) && !allowed.Contains(used)) broken.Add($"{file} uses Forage.{used}");
        Assert.True(broken.Count == 0, $"{room} may see only [{string.Join(", ", allowed)}]:\n" + string.Join('\n', broken));
    }

    [Fact]
    public void LibraryNeverSeesTheCommandLine()
    {
        var broken = SourceTree.Files("src/Forage").Where(f => SourceTree.RoomsUsed(f).Any(u => u is "Cli" or "Service")).ToList();
        Assert.Empty(broken);
    }

    [Fact]
    public void RulesHaveNoCycle()
    {
        var done = new HashSet<string>();
        void Visit(string room, string path)
        {
            Assert.DoesNotContain($">{room}>", path);
            if (done.Contains(room)) return;
            foreach (string next in Allowed[room]) Visit(next, $"{path}{room}>");
            done.Add(room);
        }
        foreach (string room in Allowed.Keys) Visit(room, ">");
        Assert.Equal(Allowed.Count, done.Count);
    }
}
