using System.Text;
using Forage.Cli.Frame;

namespace Forage.Golden;

/// <summary>What a user has, files and what was learnt, outlives mistakes.</summary>
public class NothingIsLostTests
{
    [Theory]
    [InlineData("learn DATA -m DATA", "forage learn: option '--model' would overwrite 'DATA', which FILE names too; give another file\n")]
    [InlineData("learn DATA --report DATA", "forage learn: option '--report' would overwrite 'DATA', which FILE names too; give another file\n")]
    [InlineData("learn DATA --cache-file DATA", "forage learn: option '--cache-file' would overwrite 'DATA', which FILE names too; give another file\n")]
    [InlineData("learn DATA -m MODEL --report MODEL", "forage learn: option '--report' would overwrite 'MODEL', which --model names too; give another file\n")]
    [InlineData("predict -m MODEL DATA -o DATA", "forage predict: option '--output' would overwrite 'DATA', which FILE names too; give another file\n")]
    [InlineData("predict -m MODEL DATA -o MODEL", "forage predict: option '--output' would overwrite 'MODEL', which --model names too; give another file\n")]
    [InlineData("convert DATA -o DATA", "forage convert: option '--output' would overwrite 'DATA', which FILE names too; give another file\n")]
    [InlineData("simulate log DATA -o DATA", "forage simulate log: option '--output' would overwrite 'DATA', which FILE names too; give another file\n")]
    [InlineData("check DATA --report DATA", "forage check: option '--report' would overwrite 'DATA', which LOG names too; give another file\n")]
    [InlineData("learn DATA --resume MODEL --report MODEL", "forage learn: option '--report' would overwrite 'MODEL', which --resume names too; give another file\n")]
    [InlineData("learn DATA --cache -m DATA.cache", "forage learn: option '--model' would overwrite 'DATA.cache', which --cache names too; give another file\n")]
    [InlineData("learn --task sequence MODEL --template DATA -m DATA", "forage learn: option '--model' would overwrite 'DATA', which --template names too; give another file\n")]
    [InlineData("learn DATA -m FOLDER", "forage learn: option '--model' got 'FOLDER', which is a folder; expected a file\n")]
    [InlineData("convert DATA --to xmc -o MODEL", "forage convert: examples cannot be written as 'xmc'; expected vw or svmlight\n")]
    public void What_is_read_is_not_overwritten(string line, string error)
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50)), model = folder["m.forage"];
        Assert.Equal(0, CliRun.Of(["learn", data, "-m", model, "--quiet"]).ExitCode);
        byte[] before = File.ReadAllBytes(model);
        string Filled(string text) => text.Replace("DATA", data).Replace("MODEL", model).Replace("FOLDER", Path.GetDirectoryName(data));
        var run = CliRun.Of([.. line.Split(' ').Select(Filled)]);
        Assert.Equal(new CliRun(2, "", Filled(error)), run);
        Assert.Equal(Samples.TwoClasses(50), File.ReadAllText(data));
        Assert.Equal(before, File.ReadAllBytes(model));
    }

    [Fact]
    public void A_model_may_take_the_place_of_the_one_it_goes_on_from()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50)), model = folder["m.forage"];
        Assert.Equal(0, CliRun.Of(["learn", data, "-m", model, "--quiet"]).ExitCode);
        byte[] before = File.ReadAllBytes(model);
        Assert.Equal(0, CliRun.Of(["learn", data, "--resume", model, "-m", model, "--quiet"]).ExitCode);
        Assert.NotEqual(before, File.ReadAllBytes(model));
    }

    /// <summary>A label that is none, at a place held out, takes no part in choosing the pass.</summary>
    [Fact]
    public void A_bad_label_held_out_leaves_early_stopping_as_it_is()
    {
        using var folder = new WorkFolder();
        string[] lines = Samples.TwoClasses(200).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[9] = "7 |a x"; // every tenth is held out
        string data = folder.Write("data.vw", string.Join('\n', lines) + "\n");
        var run = CliRun.Of(["learn", "--task", "classify", data, "--passes", "6", "--json", "--quiet"]);
        Assert.Equal(0, run.ExitCode);
        var passes = System.Text.Json.JsonDocument.Parse(run.Output).RootElement.GetProperty("passes");
        Assert.All(passes.EnumerateArray(), p => Assert.True(double.IsFinite(p.GetProperty("heldOutLoss").GetDouble())));
    }

    [Fact]
    public void A_file_has_a_name()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(5));
        Assert.Equal(new CliRun(2, "", "forage learn: option '--model' got '', expected a file\n"), CliRun.Of(["learn", data, "-m", ""]));
    }

    /// <summary>What is written beside and renamed may take the place of a file that is read-only or a link that leads nowhere yet.</summary>
    [Fact]
    public void What_could_be_written_before_can_be_written()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(20)), model = folder["m.forage"], link = folder["link.forage"];
        Assert.Equal(0, CliRun.Of(["learn", data, "-m", model, "--quiet"]).ExitCode);
        File.SetAttributes(model, FileAttributes.ReadOnly);
        Assert.Equal(0, CliRun.Of(["learn", data, "-m", model, "--quiet"]).ExitCode);
        File.CreateSymbolicLink(link, folder["nowhere"]);
        Assert.Equal(0, CliRun.Of(["learn", data, "-m", link, "--quiet"]).ExitCode);
        File.CreateSymbolicLink(folder["link.html"], folder["nowhere.html"]);
        Assert.Equal(0, CliRun.Of(["learn", data, "--report", folder["link.html"], "--quiet"]).ExitCode);
        Assert.Equal(0, CliRun.Of(["learn", "--task", "quantile", folder.Write("d.csv", "a,y\n1,2\n2,3\n3,4\n4,3\n5,6\n"), "--passes", "1", "--quiet"]).ExitCode);
    }

    [Fact]
    public void Only_a_cache_is_overwritten_by_a_cache()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50)), notes = folder.Write("notes.txt", "mine"), cache = folder["data.cache"];
        var run = CliRun.Of(["learn", data, "--cache-file", notes, "--quiet"]);
        Assert.Equal(new CliRun(1, "", $"forage: '{notes}' is not a cache of Forage and would be overwritten by one; give the cache another name.\n"), run);
        Assert.Equal("mine", File.ReadAllText(notes));
        Assert.Equal(0, CliRun.Of(["learn", data, "--cache-file", cache, "--quiet"]).ExitCode);
        byte[] first = File.ReadAllBytes(cache);
        File.AppendAllText(data, "1 |a late\n"); // out of date now
        Assert.Equal(0, CliRun.Of(["learn", data, "--cache-file", cache, "--quiet"]).ExitCode);
        Assert.NotEqual(first, File.ReadAllBytes(cache));
    }

    [Theory]
    [InlineData("learn DATA -m FOLDER/none/m.forage")]
    [InlineData("learn DATA --report FOLDER/none/r.html")]
    [InlineData("improve -m FOLDER/none/p.policy")]
    [InlineData("improve --report FOLDER/none/r.html")]
    [InlineData("simulate bandit --report FOLDER/none/r.html")]
    [InlineData("simulate budget --report FOLDER/none/r.html")]
    public void A_folder_that_is_not_there_is_told_before_the_work(string line)
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50)), none = Path.GetDirectoryName(data) + "/none";
        var run = CliRun.Of([.. line.Split(' ').Select(w => w.Replace("DATA", data).Replace("FOLDER", Path.GetDirectoryName(data)))]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("forage: Cannot write '", run.Error);
        Assert.EndsWith($"': there is no folder '{none}'.\n", run.Error);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("classify", "7 |a x\n", "Example 51: The label 7 is not one of two classes")]
    [InlineData("multiclass", "9 |a x\n", "Example 51: The label 9 is not one of 2 classes; expected a whole number from 1 to 2")]
    public void A_bad_label_late_in_the_data_keeps_what_was_learnt_before(string task, string line, string error)
    {
        using var folder = new WorkFolder();
        string good = task == "classify" ? Samples.TwoClasses(50) : string.Concat(Samples.TwoClasses(50).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.StartsWith('-') ? "2" + l[2..] + "\n" : l + "\n"));
        string all = folder.Write("all.vw", good + line), first = folder.Write("first.vw", good);
        string[] learn = ["learn", "--task", task, "--quiet", .. task == "multiclass" ? new[] { "--classes", "2" } : []];
        var run = CliRun.Of([.. learn, all, "-m", folder["all.forage"]]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(error, run.Error);
        Assert.Equal(0, CliRun.Of([.. learn, first, "-m", folder["first.forage"]]).ExitCode);
        string Predicted(string model) => CliRun.Of(["predict", "-m", model, first, "--quiet"]).Output;
        Assert.Equal(Predicted(folder["first.forage"]), Predicted(folder["all.forage"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a line of vw\n")]
    [InlineData("|a no label\n")]
    public void What_has_learnt_nothing_takes_no_models_place(string content)
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50)), empty = folder.Write("empty.vw", content), model = folder["m.forage"];
        Assert.Equal(0, CliRun.Of(["learn", data, "-m", model, "--quiet"]).ExitCode);
        byte[] before = File.ReadAllBytes(model);
        var run = CliRun.Of(["learn", "--format", "vw", empty, "-m", model, "--quiet"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("holds no example with a label", run.Error);
        Assert.Equal(before, File.ReadAllBytes(model));
    }

    [Fact]
    public void A_log_that_turns_bad_leaves_the_policy_learnt_before()
    {
        using var folder = new WorkFolder();
        string good = string.Concat(Enumerable.Range(0, 40).Select(i => $"{1 + i % 2}:{i % 3}:0.5 |x f{i % 5}\n"));
        string log = folder.Write("log.vw", good + "3:1:0.5 |x f1\n");
        var run = CliRun.Of(["learn", "--task", "bandit", "--format", "vw", "--actions", "2", "--strict", "--method", "ips", log, "-m", folder["p.policy"], "--quiet"]);
        Assert.Equal(1, run.ExitCode);
        Assert.True(File.Exists(folder["p.policy"]), run.Error);
        Assert.Contains("40 decisions", run.Output);
    }

    [Fact]
    public void Interrupted_learning_saves_what_was_learnt()
    {
        using var folder = new WorkFolder();
        string text = string.Concat(Enumerable.Repeat(Samples.TwoClasses(500), 200)); // several pieces of reading
        foreach (bool early in new[] { false, true })
        {
            string model = folder[$"{early}.forage"];
            using var output = new MemoryStream();
            using var error = new MemoryStream();
            int code;
            Terminal? terminal = null;
            using (terminal = new Terminal(() => new Interrupting(text, () => terminal!.Interrupt()), output, error))
            {
                if (early) terminal.Interrupt();
                code = CommandLine.Run(["learn", "--task", "classify", "--format", "vw", "-", "--threads", "0", "-m", model], terminal);
            }
            string told = Encoding.UTF8.GetString(error.ToArray());
            Assert.Equal(130, code);
            Assert.Equal(!early, File.Exists(model)); // of nothing learnt nothing is written
            Assert.Equal(!early, told.Contains("the model learnt so far is in"));
        }
    }

    /// <summary>A text whose reader presses Ctrl-C at its end.</summary>
    private sealed class Interrupting(string text, Action interrupt) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            int n = base.Read(buffer, offset, count);
            if (Position == Length) interrupt();
            return n;
        }
    }

    [Fact]
    public void Models_of_columns_read_columns_only()
    {
        using var folder = new WorkFolder();
        string csv = folder.Write("d.csv", "a,b,y\n1,2,3\n2,3,5\n3,1,4\n"), vw = folder.Write("d.vw", "1 |a x\n");
        Assert.Equal(0, CliRun.Of(["learn", csv, "-m", folder["m.forage"], "--quiet"]).ExitCode);
        var run = CliRun.Of(["predict", "-m", folder["m.forage"], vw, "--quiet"]);
        Assert.Equal(new CliRun(1, "", "forage: The model was learnt from CSV, whose columns are its features, and the input is vw; expected CSV.\n"), run);
    }

    [Fact]
    public void A_label_that_is_neither_class_is_not_judged()
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50));
        Assert.Equal(0, CliRun.Of(["learn", "--task", "classify", data, "-m", folder["m.forage"], "--quiet"]).ExitCode);
        string Loss(string path) => CliRun.Of(["predict", "-m", folder["m.forage"], path, "-o", folder["p.txt"]]).Output.Split('\n').Single(l => l.StartsWith("loss", StringComparison.Ordinal));
        string clean = Loss(data), mixed = Loss(folder.Write("mixed.vw", Samples.TwoClasses(50) + "7 |a x\n"));
        Assert.Equal(clean + " on 50 labelled ones", mixed);
        Assert.Equal(51, File.ReadAllLines(folder["p.txt"]).Length);
    }

    [Theory]
    [InlineData("--tau 0.9", "forage learn: option '--tau' is of the quantile loss, not of squared loss; say --loss quantile or --task quantile\n")]
    [InlineData("--task bandit --loss hinge", "forage learn: option '--loss' is not of --task bandit\n")]
    [InlineData("--task classify --positive-weight 2", "forage learn: option '--positive-weight' is not of --task classify; it is of --task multiclass --method oaa\n")]
    [InlineData("--task classify --method tree", "forage learn: option '--method' is not of --task classify\n")]
    [InlineData("--resume MODEL --loss hinge", "forage learn: option '--loss' cannot be given with --resume; the model keeps its own\n")]
    [InlineData("--resume MODEL --task regress", "forage learn: option '--task' cannot be given with --resume; the model keeps its own\n")]
    public void No_option_is_ignored(string options, string error)
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50)), model = folder["m.forage"];
        Assert.Equal(0, CliRun.Of(["learn", data, "-m", model, "--quiet"]).ExitCode);
        Assert.Equal(new CliRun(2, "", error), CliRun.Of(["learn", data, .. options.Replace("MODEL", model).Split(' '), "--quiet"]));
    }

    [Theory]
    [InlineData("learn DATA --passes 2 --holdout 2000", "every 2000th of 50 examples is none: nothing was held out")]
    [InlineData("learn --task quantile CSV --holdout 2000", "every 2000th of 5 examples is none: nothing was held out")]
    public void What_is_never_held_out_is_told(string line, string warning)
    {
        using var folder = new WorkFolder();
        string data = folder.Write("data.vw", Samples.TwoClasses(50)), csv = folder.Write("d.csv", "a,y\n1,2\n2,3\n3,4\n4,3\n5,6\n");
        var run = CliRun.Of([.. line.Replace("DATA", data).Replace("CSV", csv).Split(' '), "--quiet"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warning: " + warning, run.Error);
    }
}
