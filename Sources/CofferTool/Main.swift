import Coffer
import FileSystemDriver
import Glibc
import MemoryDriver
import S3Driver

@main
enum Main {
    /// Not asynchronous: an asynchronous `main` runs on a thread that Swift has started already, and the mask of
    /// signals has to be set before there is any.
    static func main() {
        Interruption.block()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let work = Task.detached {
            let status = await Tool.run(arguments, environment: ProcessEnvironment.current())
            exit(Interruption.signal == 0 ? status : 128 + Interruption.signal)
        }
        Interruption.start { work.cancel() }
        while true { pause() }
    }
}
