package dev.sluice.demo;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C and SIGTERM as a wish to end, seen by whoever asks. A shutdown hook would not do: all
 * hooks run at once, so the hooks that end the servers would run while the demo still reads from
 * them. The second signal ends the process at once. Safe for use by several threads.
 */
final class StopSignal implements BooleanSupplier {
  /**
   * One Ctrl-C may arrive twice: from the terminal, and as SIGTERM or SIGHUP from the build tool
   * that has started this process and ends before it.
   */
  private static final long IMPATIENT_NANOS = 500_000_000;

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Runnable announce;
  private volatile long since;

  private StopSignal(Runnable announce) {
    this.announce = announce;
  }

  /** Takes the signals over. Where the JVM does not let it, they end the process as usual. */
  static StopSignal install(Runnable announce) {
    StopSignal stop = new StopSignal(announce);
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      stop.handle(name);
    }
    return stop;
  }

  // By reflection, since javac cannot be kept from warning of sun.misc.Signal, the only interface
  // that there is.
  private void handle(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler onSignal =
          (proxy, method, arguments) -> invoked(name, proxy, method, arguments);
      Object proxy =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(), new Class<?>[] {handler}, onSignal);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // No such signal on this platform, or the JVM keeps it to itself.
      return;
    }
  }

  private Object invoked(String name, Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == arguments[0];
      case "toString" -> "stop signal";
      default -> {
        if (stopped.compareAndSet(false, true)) {
          since = System.nanoTime();
          announce.run();
        } else if (name.equals("INT") && System.nanoTime() - since > IMPATIENT_NANOS) {
          Runtime.getRuntime().halt(130);
        }
        yield 0;
      }
    };
  }

  @Override
  public boolean getAsBoolean() {
    return stopped.get();
  }
}
