internal import LinuxIO
internal import Scenario

ScenarioProgram.run(Array(CommandLine.arguments.dropFirst())).exit()
