using System.Text;
using Forage.Data;
using Forage.Evaluation;

namespace Forage.Tests.Evaluation;

/// <summary>A log is read in whatever form it comes.</summary>
public class DecisionLogReadTests
{
    private const string Json = """{"id":"a","context":{"u":{"x":1}},"actions":[{"i":{"p":2}},{"i":{"p":3}}],"chosen":1,"p":0.25,"reward":0.5}""";
    private const string Dsjson = """{"_label_cost":-0.5,"_label_probability":0.25,"_label_Action":2,"_labelIndex":1,"EventId":"a","a":[2,1],"c":{"u":{"x":1},"_multi":[{"i":{"p":2}},{"i":{"p":3}}]},"p":[0.25,0.75]}""";

    [Theory]
    [InlineData(DecisionFormat.Json, Json, null)]
    [InlineData(DecisionFormat.Dsjson, Dsjson, null)]
    [InlineData(DecisionFormat.Vw, "2:-0.5:0.25 |u x", 2)]
    [InlineData(DecisionFormat.VwActions, "shared |u x\n|i p:2\n0:-0.5:0.25 |i p:3\n", null)]
    public void The_first_line_tells_the_form(DecisionFormat format, string text, int? actions)
    {
        var source = ByteSource.FromBytes(Encoding.UTF8.GetBytes(text + "\n"), "log");
        Assert.Equal(format, DecisionFormats.Of(source));
        Assert.Equal(format, DecisionFormats.Parse(DecisionFormats.NameOf(format)));
        var (log, read) = DecisionLog.Read(source, actions: actions);
        Assert.Equal((1, 1, 0), (log.Count, read.Records, read.Malformed));
        var decision = log.ToLogged(0);
        Assert.Equal((2, 1), (decision.ActionCount, decision.Slate[0].Action));
        Assert.Equal(0.25, decision.Slate[0].Propensity, 1e-9);
        Assert.Equal(0.5, decision.Slate[0].Reward, 1e-9);
    }

    [Fact]
    public void What_is_no_log_or_lacks_a_number_is_named()
    {
        static ByteSource Of(string text) => ByteSource.FromBytes(Encoding.UTF8.GetBytes(text), "log");
        Assert.Contains("log is empty", Assert.Throws<ForageException>(() => DecisionLog.Read(Of(""))).Message);
        Assert.Contains("expected json, dsjson, vw, vw-actions, open-bandit", Assert.Throws<ForageException>(() => DecisionLog.Read(Of("good morning\n"))).Message);
        Assert.Contains("how many there are", Assert.Throws<ForageException>(() => DecisionLog.Read(Of("2:-0.5:0.25 |u x\n"))).Message);
        Assert.Contains("over how many items", Assert.Throws<ForageException>(() => DecisionLog.Read(Of("timestamp,item_id,position,click,propensity_score\n"))).Message);
        Assert.Null(DecisionFormats.Parse("xml"));
    }

    [Fact]
    public void Malformed_records_are_counted_and_strictness_stops_at_the_first()
    {
        var source = ByteSource.FromBytes(Encoding.UTF8.GetBytes(Json + "\n{]\n" + Json + "\n"), "log");
        var (log, read) = DecisionLog.Read(source);
        Assert.Equal((2, 1), (log.Count, read.Malformed));
        Assert.Contains("log:2:", Assert.Throws<ForageException>(() => DecisionLog.Read(source, reading: new ReadOptions { Strict = true })).Message);
    }
}
