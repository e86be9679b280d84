using System.Globalization;
using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary>From a supervised set to a log, its check, its evaluation and a better policy, by commands alone.</summary>
public class DecisionTests
{
    private const int Classes = 6;

    [Fact]
    public void ALogIsSimulatedCheckedEvaluatedAndImproved()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("train.csv", Supervised(4000, 1)), log = folder["log.jsonl.gz"];
        var simulated = Json(CliRun.Of($"simulate log {data} --target class --fraction 0.01 --epsilon 0.2 -o {log} --json --quiet"));
        Assert.Equal(3960, simulated.GetProperty("decisions").GetInt32());
        Assert.Equal(Classes, simulated.GetProperty("actions").GetInt32());
        Assert.Equal(["log.actions.gz", "log.jsonl.gz", "log.policy.gz", "log.truth.gz", "train.csv"], folder.Files);

        var check = CliRun.Of($"check {log} --report {folder["check.html"]} --json --quiet");
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("\"code\":\"logging-policy-agrees\"", check.Output);
        Assert.Contains("</html>", File.ReadAllText(folder["check.html"]));

        var improved = Json(CliRun.Of($"improve {log} -m {folder["better.policy"]} --report {folder["better.html"]} --json --quiet"));
        Assert.True(improved.GetProperty("isBetter").GetBoolean(), improved.GetProperty("summary").GetString());
        double before = improved.GetProperty("confirmation")[0].GetProperty("trueValue").GetDouble(), after = improved.GetProperty("confirmation").EnumerateArray().Last().GetProperty("trueValue").GetDouble();
        Assert.True(after > before + 0.1, $"{before} {after}");
        Assert.Single(improved.GetProperty("candidates").EnumerateArray(), c => c.GetProperty("chosen").GetBoolean() && c.GetProperty("name").GetString() == improved.GetProperty("chosen").GetString());
        Assert.Contains("A better policy, confirmed", File.ReadAllText(folder["better.html"]));
        Assert.Equal(simulated.GetProperty("sha256").GetString(), improved.GetProperty("sha256").GetString());

        string lines = CliRun.Of($"predict -m {folder["better.policy"]} {log} --quiet").Output;
        Assert.Equal(3960, lines.Count(c => c == '\n'));
        string column = folder.Write("mine.txt", lines);
        var evaluated = Json(CliRun.Of($"evaluate {log} -m {folder["better.policy"]} --policy {column} --json --quiet"));
        var policies = evaluated.GetProperty("policies").EnumerateArray().ToList();
        Assert.Equal(4, policies.Count); // the model, the column, greedy logging, uniform
        Assert.Equal(policies[0].GetProperty("trueValue").GetDouble(), policies[1].GetProperty("trueValue").GetDouble(), 9); // the column is what the model says
        Assert.Contains("learnt from this very log", evaluated.GetProperty("remarks")[0].GetString());

        SelectionValuesWhatIsInside(log);

        var text = CliRun.Of($"improve {log} -m {folder["better.policy"]} --report {folder["better.html"]} --quiet");
        Assert.Contains("▶", text.Output);
        Assert.Contains("In truth: ", text.Output);
    }

    private static void SelectionValuesWhatIsInside(string log)
    {
        // Of six classes the top three: the uniform policy shows half its actions outside.
        var truncated = Uniform("--select 3");
        Assert.Equal(0.5, truncated.GetProperty("outside").GetDouble(), 6);
        double all = Value(truncated, "inverse propensity (IPS)"), inside = Value(truncated, "selective (sIS), truncated");
        Assert.InRange(inside, 0.3 * all, all);
        var renormalised = Uniform("--select 3 --selection renormalized");
        Assert.Equal(2 * inside, Value(renormalised, "selective (sIS), renormalised"), 6); // uniform over three instead of six
        Assert.Equal(all, Value(Uniform("--select 6"), "selective (sIS), truncated"), 9);
        string text = CliRun.Of($"evaluate {log} --select 3 --quiet").Output;
        Assert.Contains("outside the selection: 50 % of the actions it shows", text);
        Assert.Contains("cannot be told from the log", text);

        JsonElement Uniform(string options) => Json(CliRun.Of($"evaluate {log} {options} --json --quiet")).GetProperty("policies").EnumerateArray().Last();
        static double Value(JsonElement policy, string estimator) => policy.GetProperty("estimators").EnumerateArray().Single(e => e.GetProperty("name").GetString() == estimator).GetProperty("value").GetDouble();
    }

    [Fact]
    public void VectorsOfYourOwnEncoderAreLearntFromAndAskedForAgain()
    {
        // Four kinds of visitors whom the log does not tell apart, but the vectors do; one of four actions is right for each.
        using var folder = new WorkFolder();
        var rng = new Rng(5);
        StringBuilder lines = new(), vectors = new();
        const int decisions = 3000;
        for (int i = 0; i < decisions; i++)
        {
            int kind = rng.NextInt(4), shown = rng.NextInt(4);
            lines.Append(CultureInfo.InvariantCulture, $"{{\"actions\":4,\"context\":{{\"page\":1}},\"chosen\":{shown},\"p\":0.25,\"reward\":{(shown == kind ? 1 : 0)}}}\n");
            vectors.Append(CultureInfo.InvariantCulture, $"{(kind & 1) + 0.01 * rng.NextDouble():0.000} {(kind >> 1):0.0} {(kind is 0 or 3 ? 1 : 0)}\n");
        }
        string log = folder.Write("log.jsonl", lines.ToString()), dense = folder.Write("vectors.txt", vectors.ToString()), model = folder["better.policy"];
        var improved = Json(CliRun.Of($"improve {log} --dense {dense} -m {model} --report {folder["r.html"]} --json --quiet"));
        Assert.True(improved.GetProperty("isBetter").GetBoolean());
        Assert.Contains("vectors", improved.GetProperty("chosen").GetString());
        Assert.InRange(improved.GetProperty("confirmation").EnumerateArray().Last().GetProperty("selfNormalized").GetDouble(), 0.9, 1);

        Assert.Equal(decisions, CliRun.Of($"predict -m {model} {log} --dense {dense} --quiet").Output.Count(c => c == '\n'));
        Fails($"predict -m {model} {log} --quiet", "looks at dense vectors of 3 numbers; give them with --dense FILE");
        Fails($"predict -m {model} {log} --dense {folder.Write("two.txt", "1 2\n")} --quiet", "of 3 numbers, but those given have 2");
        Fails($"predict -m {model} {log} --dense {folder.Write("few.txt", "1 2 3\n4 5 6\n")} --quiet", "There are 2 vectors");
        Fails($"evaluate -m {model} {log} --quiet", "give them with --dense FILE");
        Fails($"improve {log} --dense {folder["few.txt"]} --quiet", "few.txt has 2 vectors for 3000 decisions");
        Fails($"improve {log} --dense {folder.Write("nan.txt", "1 2 3\n4 NaN 6\n")} --quiet", "NaN in place 1; expected a number");
        Fails($"improve {log} --dense {folder.Write("ragged.txt", "1 2 3\n4 5\n")} --quiet", "Line 2 of");
        Fails($"improve {log} --dense {folder["none.npy"]} --quiet", "Cannot read");
        string labelled = folder.Write("x.vw", "1 |a b\n-1 |a c\n"), plain = folder["plain.forage"];
        CliRun.Of($"learn {labelled} -m {plain} --quiet");
        Fails($"predict -m {plain} {labelled} --dense {dense} --quiet", "--dense is for policies");

        static void Fails(string command, string message)
        {
            var run = CliRun.Of(command);
            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains(message, run.Error);
        }
    }

    [Fact]
    public void NothingBetterIsAnAnswer()
    {
        using var folder = new WorkFolder();
        var rng = new Rng(3);
        var text = new StringBuilder();
        for (int i = 0; i < 900; i++) text.Append(CultureInfo.InvariantCulture, $"{rng.NextInt(3) + 1}:{-rng.NextInt(2)}:0.3333333333 |x f{rng.NextInt(5)}\n");
        string log = folder.Write("log.vw", text.ToString());
        var run = CliRun.Of($"improve {log} --actions 3 -m {folder["m"]} --report {folder["r.html"]} --quiet");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No candidate is better than the logging policy with 95 % confidence", run.Output);
        Assert.Equal(["log.vw", "r.html"], folder.Files);
    }

    [Fact]
    public void MissingPropensitiesAreExplainedAndEstimatedOnRequest()
    {
        using var folder = new WorkFolder();
        var rng = new Rng(3);
        var text = new StringBuilder();
        for (int i = 0; i < 3000; i++)
        {
            int kind = rng.NextInt(2), action = rng.NextInt(2);
            text.Append(CultureInfo.InvariantCulture, $"{{\"context\":[{kind + 1},1],\"actions\":2,\"chosen\":{action},\"reward\":{(rng.NextDouble() < (kind == action ? 0.8 : 0.2) ? 1 : 0)}}}\n");
        }
        string log = folder.Write("log.jsonl", text.ToString());
        var run = CliRun.Of($"improve {log} -m {folder["m"]} --report {folder["r.html"]} --quiet");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No decision has a propensity", run.Error);
        Assert.Contains("--estimate-propensities", run.Error);
        Assert.Equal(1, CliRun.Of($"check {log} --quiet").ExitCode);
        var estimated = Json(CliRun.Of($"improve {log} --estimate-propensities -m {folder["m"]} --report {folder["r.html"]} --json --quiet"));
        Assert.True(estimated.GetProperty("isBetter").GetBoolean());
        Assert.Contains("not logged but estimated", estimated.GetProperty("remarks")[0].GetString());
        Assert.Contains("not logged but estimated", File.ReadAllText(folder["r.html"]));
    }

    [Fact]
    public void ActionsWithFeaturesAreCrossedWithTheContextAndNamedInTheReport()
    {
        // A user of three kinds, two to four items of four colours; the item is liked if kind and colour match.
        using var folder = new WorkFolder();
        var rng = new Rng(5);
        var text = new StringBuilder();
        for (int i = 0; i < 4000; i++)
        {
            int kind = rng.NextInt(3), k = 2 + rng.NextInt(3), chosen = rng.NextInt(k);
            int[] colours = [.. Enumerable.Range(0, k).Select(_ => rng.NextInt(4))];
            text.Append(CultureInfo.InvariantCulture, $"{{\"context\":{{\"user\":{{\"kind\":\"k{kind}\"}}}},\"actions\":[{string.Join(',', colours.Select(c => $"{{\"item\":{{\"colour\":\"c{c}\"}}}}"))}],\"chosen\":{chosen},\"p\":{1.0 / k:R},\"reward\":{(colours[chosen] == kind ? 1 : 0)}}}\n");
        }
        string log = folder.Write("log.jsonl", text.ToString());
        var improved = Json(CliRun.Of($"improve {log} -m {folder["m"]} --report {folder["r.html"]} --json --quiet"));
        Assert.True(improved.GetProperty("isBetter").GetBoolean());
        var chosenPolicy = improved.GetProperty("confirmation").EnumerateArray().Last().GetProperty("value");
        double best = Enumerable.Range(2, 3).Average(k => 1 - Math.Pow(0.75, k)); // some item has the user's colour
        Assert.InRange(best, chosenPolicy.GetProperty("lower").GetDouble(), chosenPolicy.GetProperty("upper").GetDouble());
        Assert.InRange(chosenPolicy.GetProperty("value").GetDouble(), best - 0.06, best + 0.06);
        string report = File.ReadAllText(folder["r.html"]);
        Assert.Contains("user:kind=k0", report);
        Assert.Contains("item:colour=c1", report);
        Assert.Equal(4000, CliRun.Of($"predict -m {folder["m"]} {log} --quiet").Output.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("improve no-such-file", 1, "There is no file")]
    [InlineData("improve LOG --min-reward 1", 2, "both --min-reward and --max-reward")]
    [InlineData("improve LOG --slates sideways", 2, "expected inclusion or prefix")]
    [InlineData("improve LOG --confidence 2", 2, "option '--confidence' got '2'")]
    [InlineData("improve LOG --train 0.9 --choose 0.2", 2, "less than 1")]
    [InlineData("evaluate LOG -m LOG", 1, "is not a Forage model")]
    [InlineData("evaluate LOG --policy LOG", 1, "is not a probability")]
    [InlineData("evaluate LOG --select 2", 1, "--select needs to know which actions")]
    [InlineData("evaluate LOG --selection truncated", 2, "says nothing without --select P")]
    [InlineData("evaluate LOG --select 2 --selection none", 2, "expected truncated or renormalized")]
    [InlineData("simulate log DATA --temperature -1", 2, "temperature")]
    [InlineData("simulate", 2, "say which: log, extreme")]
    [InlineData("simulate extreme --shape moon -o OUT", 1, "no shape 'moon'")]
    [InlineData("simulate extreme --shape eur-lex --rows -3 -o OUT", 2, "--rows")]
    public void MistakesAreNamed(string line, int code, string message)
    {
        using var folder = new WorkFolder();
        string log = folder.Write("log.vw", "1:0:0.5 |x a\n2:-1:0.5 |x b\n");
        string data = folder.Write("data.vw", "1 |x a\n2 |x b\n");
        var run = CliRun.Of(line.Replace("LOG", log).Replace("DATA", data).Replace("OUT", folder["out.txt"]) + (line == "simulate" ? "" : " --quiet") + (line.StartsWith("improve LOG", StringComparison.Ordinal) || line.StartsWith("evaluate LOG", StringComparison.Ordinal) ? " --actions 2" : ""));
        Assert.Contains(message, run.Error);
        Assert.Equal(code, run.ExitCode);
    }

    /// <summary>Six classes; four noisy numbers point to the class.</summary>
    private static string Supervised(int count, ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder("a,b,c,d,class\n");
        for (int i = 0; i < count; i++)
        {
            int k = rng.NextInt(Classes);
            double angle = 2 * Math.PI * k / Classes;
            double[] x = [Math.Cos(angle), Math.Sin(angle), Math.Cos(2 * angle), Math.Sin(2 * angle)];
            text.AppendJoin(',', x.Select(v => (v + 0.5 * rng.NextGaussian()).ToString("0.###", CultureInfo.InvariantCulture))).Append(",class").Append(k).Append('\n');
        }
        return text.ToString();
    }

    private static JsonElement Json(CliRun run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
