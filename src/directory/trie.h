#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"

namespace postroad::directory {

// 128 bits of a hash under which nobody can make names that collide.
struct Digest {
  std::uint64_t words[2];
};
Digest digest_of(std::string_view key);

// A set of values by key, persistent: a copy is free and shares all nodes; a change copies the few nodes on its path.
// `std::string_view key_of(const Value&)` is found by argument-dependent look-up and is the same for a value's life.
//
// Reading is safe from any thread. An edit names its `edit`: nodes made by the same edit are changed in place, which
// makes bulk loads cheap. An edit's number must be greater than those of all edits whose nodes the trie shares with
// other copies; 0 never changes in place.
template <class Value>
class Trie {
 public:
  using Pointer = std::shared_ptr<const Value>;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Null where there is none. The pointer keeps the value alive whatever becomes of the trie.
  Pointer find(std::string_view key) const {
    const Digest digest = digest_of(key);
    const std::shared_ptr<Item>* slot = &root_;
    for (int depth = 0; *slot != nullptr; ++depth) {
      if ((*slot)->is_leaf) {
        const auto& leaf = static_cast<const Leaf&>(**slot);
        if (key_of(leaf.value) != key) return nullptr;
        return Pointer(*slot, &leaf.value);
      }
      const auto& node = static_cast<const Node&>(**slot);
      if ((node.bitmap & bit_at(digest, depth)) == 0) return nullptr;
      slot = &node.slots[place_of(node, bit_at(digest, depth))];
    }
    return nullptr;
  }
  bool has(std::string_view key) const { return find(key) != nullptr; }

  // Adds the value, or takes the place of the one with its key.
  void put(Value value, std::uint64_t edit = 0) {
    auto leaf = std::make_shared<Leaf>(std::move(value));
    const Digest digest = digest_of(key_of(leaf->value));
    root_ = with(std::move(root_), digest, 0, std::move(leaf), edit);
  }

  // False where there was none.
  bool erase(std::string_view key, std::uint64_t edit = 0) {
    if (!has(key)) return false;
    root_ = without(std::move(root_), digest_of(key), 0, edit);
    --size_;
    return true;
  }

  // In no order that means anything: sort what can be seen outside.
  template <class Visit>
  void each(const Visit& visit) const {
    if (root_ != nullptr) each_in(*root_, visit);
  }

 private:
  struct Item {
    explicit Item(bool leaf) : is_leaf(leaf) {}
    bool is_leaf;
  };
  struct Leaf : Item {
    explicit Leaf(Value v) : Item(true), value(std::move(v)) {}
    Value value;
  };
  struct Node : Item {
    Node() : Item(false) {}
    std::uint32_t bitmap = 0;  // which of 32 branches there are
    std::uint64_t edit = 0;
    std::vector<std::shared_ptr<Item>> slots;
  };
  using Slot = std::shared_ptr<Item>;
  static constexpr int kDepth = 24;  // 12 steps of 5 bits from each word

  static std::uint32_t bit_at(const Digest& digest, int depth) {
    check(depth < kDepth, "two keys of a trie have one digest");
    return 1U << ((digest.words[depth / 12] >> (depth % 12 * 5)) & 31U);
  }
  static std::size_t place_of(const Node& node, std::uint32_t bit) {
    return static_cast<std::size_t>(std::popcount(node.bitmap & (bit - 1)));
  }

  // The node itself if this edit made it, else a copy that this edit may change.
  static std::shared_ptr<Node> own(Slot slot, std::uint64_t edit) {
    auto node = std::static_pointer_cast<Node>(std::move(slot));
    if (edit != 0 && node->edit == edit) return node;
    auto copy = std::make_shared<Node>(*node);
    copy->edit = edit;
    return copy;
  }

  Slot with(Slot slot, const Digest& digest, int depth, std::shared_ptr<Leaf> leaf, std::uint64_t edit) {
    if (slot == nullptr) {
      ++size_;
      return leaf;
    }
    if (slot->is_leaf) {
      const auto key = key_of(static_cast<const Leaf&>(*slot).value);
      if (key == key_of(leaf->value)) return leaf;
      auto node = std::make_shared<Node>();
      node->edit = edit;
      node->bitmap = bit_at(digest_of(key), depth);
      node->slots.push_back(std::move(slot));
      slot = std::move(node);
    }
    auto node = own(std::move(slot), edit);
    const auto bit = bit_at(digest, depth);
    const auto place = place_of(*node, bit);
    if ((node->bitmap & bit) == 0) {
      node->bitmap |= bit;
      node->slots.reserve(node->slots.size() + 1);  // and no more: there are many nodes
      node->slots.insert(node->slots.begin() + static_cast<std::ptrdiff_t>(place), std::move(leaf));
      ++size_;
    } else {
      node->slots[place] = with(std::move(node->slots[place]), digest, depth + 1, std::move(leaf), edit);
    }
    return node;
  }

  // The key is there.
  static Slot without(Slot slot, const Digest& digest, int depth, std::uint64_t edit) {
    if (slot->is_leaf) return nullptr;
    auto node = own(std::move(slot), edit);
    const auto bit = bit_at(digest, depth);
    const auto place = place_of(*node, bit);
    node->slots[place] = without(std::move(node->slots[place]), digest, depth + 1, edit);
    if (node->slots[place] == nullptr) {
      node->bitmap &= ~bit;
      node->slots.erase(node->slots.begin() + static_cast<std::ptrdiff_t>(place));
    }
    if (node->slots.empty()) return nullptr;
    // A branch to one leaf is the leaf, so that equal contents have equal shapes.
    if (node->slots.size() == 1 && node->slots[0]->is_leaf) return node->slots[0];
    return node;
  }

  template <class Visit>
  static void each_in(const Item& item, const Visit& visit) {
    if (item.is_leaf) return visit(static_cast<const Leaf&>(item).value);
    for (const auto& slot : static_cast<const Node&>(item).slots) each_in(*slot, visit);
  }

  Slot root_;
  std::size_t size_ = 0;
};

}  // namespace postroad::directory
