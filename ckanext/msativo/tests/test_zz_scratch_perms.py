from ckanext.msativo.tests.cycle_world import *
from ckanext.msativo.tests.test_permissions_world import world, web, Web, World, ANONYMOUS
def test_scratch(world, web):
    row = action(world, titulo="Nova")
    print("NOME", row["nome"])
    row = move(world, SECRETARIA, row, "abrir_comentarios"); row = move(world, EDITOR, row, "aprovar"); row = move(world, SECRETARIA, row, "publicar")
    a = web.get("/acoes/nova"); b = web.get(f"/acoes/{row['id']}")
    print("STATUS", a.status_code, "Uma ação de exemplo" in a.body, b.status_code, "Uma ação de exemplo" in b.body)
