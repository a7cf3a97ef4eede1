package dev.sluice.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names in order of appearance, each once; few mostly, but a long text must not make it slow. */
final class Names {
  private static final int FEW = 16;
  private final List<String> list = new ArrayList<>(4);
  private @Nullable Set<String> set;

  void add(String name) {
    if (contains(name)) {
      return;
    }
    list.add(name);
    if (set != null) {
      set.add(name);
    } else if (list.size() == FEW) {
      set = new HashSet<>(list);
    }
  }

  void addAll(Names others) {
    for (String name : others.list) {
      add(name);
    }
  }

  void clear() {
    list.clear();
    set = null;
  }

  boolean contains(String name) {
    return set != null ? set.contains(name) : list.contains(name);
  }

  int size() {
    return list.size();
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  List<String> toList() {
    return List.copyOf(list);
  }
}
